#!/usr/bin/env python3
"""The lifecycle of an environment, applied to moto: first apply, second plan, upgrade, rollback, a
destroy that is refused, and one that is not.

moto stores object versions, refuses to delete a bucket with objects, and schedules the deletion of
keys.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

import boto3
from cloud import Cloud

REPOSITORY = Path(__file__).resolve().parents[3]
REGION = "eu-central-1"
JAR_KEY = "jars/clickstream-lake.jar"

ROOT = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region                      = "%(region)s"
  access_key                  = "test"
  secret_key                  = "test"
  s3_use_path_style           = true
  skip_credentials_validation = true
  skip_metadata_api_check     = true
}

variable "deletion_protection" {
  default = true
}

module "clickstream" {
  source = "../repository/terraform"

  environment         = "test"
  deletion_protection = var.deletion_protection
  catalog_mode        = "crawler"
  job_jar             = "${path.root}/job.jar"
  job_files           = { "parse.mapping" = "${path.root}/mapping.yaml" }
}
"""


class Environment:
    def __init__(self, cloud, scratch):
        self.folder = Path(scratch) / "root"
        self.folder.mkdir()
        (Path(scratch) / "repository").symlink_to(REPOSITORY)
        (self.folder / "main.tf").write_text(ROOT % {"region": REGION})
        self.upload("one")
        self.environment = {
            **os.environ,
            "AWS_ENDPOINT_URL": cloud.url,
            "AWS_MAX_ATTEMPTS": "2",
            "CHECKPOINT_DISABLE": "1",
            "TF_DATA_DIR": str(Path(scratch) / "data"),
        }
        session = boto3.Session("test", "test", region_name=REGION)
        self.s3 = session.client("s3", endpoint_url=cloud.url)
        self.flink = session.client("kinesisanalyticsv2", endpoint_url=cloud.url)
        self.kms = session.client("kms", endpoint_url=cloud.url)
        self.kinesis = session.client("kinesis", endpoint_url=cloud.url)
        plugins = os.environ.get("PLUGINS")
        self.terraform("init", *(["-plugin-dir=" + plugins] if plugins else []), expect=0)

    def upload(self, text):
        (self.folder / "job.jar").write_text("jar " + text)
        (self.folder / "mapping.yaml").write_text("columns: {event_type: [$.type], event_time: [$.at]} # " + text)

    def terraform(self, command, *arguments, expect):
        run = subprocess.run(
            ["terraform", command, "-no-color", "-input=false", *arguments],
            cwd=self.folder, env=self.environment, capture_output=True, text=True, timeout=280,
        )
        if run.returncode != expect:
            raise AssertionError("terraform %s %s: %d instead of %d\n%s\n%s" % (
                command, " ".join(arguments), run.returncode, expect, run.stdout[-6000:], run.stderr[-4000:]))
        return run.stdout + run.stderr

    def bucket(self, kind):
        return "clickstream-test-%s-123456789012-%s" % (kind, REGION)

    def versions(self, key):
        found = self.s3.list_object_versions(Bucket=self.bucket("artifacts"), Prefix=key)
        assert not found.get("DeleteMarkers"), "a version was deleted: %s" % found["DeleteMarkers"]
        return [version["VersionId"] for version in found.get("Versions", []) if version["Key"] == key]

    def running_code(self):
        detail = self.flink.describe_application(ApplicationName="clickstream-test")["ApplicationDetail"]
        code = detail["ApplicationConfigurationDescription"]["ApplicationCodeConfigurationDescription"]
        place = code["CodeContentDescription"]["S3ApplicationCodeLocationDescription"]
        body = self.s3.get_object(
            Bucket=self.bucket("artifacts"), Key=place["FileKey"], VersionId=place["ObjectVersion"])["Body"].read()
        return body.decode()

    def keys_pending_deletion(self):
        return [key for key in (entry["KeyId"] for entry in self.kms.list_keys()["Keys"])
                if self.kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"] == "PendingDeletion"]


def steps(environment):
    fast = "-parallelism=30"
    environment.terraform("apply", "-auto-approve", fast, expect=0)
    yield "the first apply succeeds in an empty account"

    environment.terraform("plan", "-detailed-exitcode", fast, expect=0)
    yield "a second plan is empty"

    encrypted = environment.s3.head_object(Bucket=environment.bucket("artifacts"), Key=JAR_KEY)
    assert encrypted["ServerSideEncryption"] == "aws:kms", encrypted
    yield "the first jar is encrypted with the bucket's key"

    environment.upload("two")
    plan = environment.terraform("plan", "-detailed-exitcode", "-refresh=false", fast, expect=2)
    assert "0 to destroy" in plan, plan[-3000:]
    environment.terraform("apply", "-auto-approve", "-refresh=false", fast, expect=0)
    assert len(environment.versions(JAR_KEY)) == 2
    assert len(environment.versions("config/parse.mapping/mapping.yaml")) == 2
    assert environment.running_code() == "jar two", environment.running_code()
    yield "an upgrade keeps the old jar and file, and the application runs the new version"

    old = environment.s3.list_object_versions(Bucket=environment.bucket("artifacts"), Prefix=JAR_KEY)["Versions"]
    previous = next(version["VersionId"] for version in old if not version["IsLatest"])
    environment.s3.download_file(
        environment.bucket("artifacts"), JAR_KEY, str(environment.folder / "job.jar"), ExtraArgs={"VersionId": previous})
    environment.terraform("apply", "-auto-approve", "-refresh=false", fast, expect=0)
    assert environment.running_code() == "jar one", environment.running_code()
    assert len(environment.versions(JAR_KEY)) == 3
    yield "applying the previous jar again rolls back"

    refusal = environment.terraform("destroy", "-auto-approve", "-refresh=false", fast, expect=1)
    assert "set deletion_protection = false" in refusal, refusal[-3000:]
    assert environment.running_code() == "jar one"
    assert environment.kinesis.describe_stream_summary(StreamName="clickstream-test")
    assert not environment.keys_pending_deletion()
    yield "deletion protection stops destroy before anything is deleted, and names the way out"

    off = ["-auto-approve", "-refresh=false", fast, "-var=deletion_protection=false"]
    environment.terraform("apply", *off, expect=0)
    environment.s3.put_object(Bucket=environment.bucket("processed"), Key="click_events/a.parquet", Body=b"a")
    refusal = environment.terraform("destroy", *off, expect=1)
    assert "BucketNotEmpty" in refusal, refusal[-3000:]
    assert not environment.keys_pending_deletion(), "the key of a bucket with objects would be deleted"
    yield "the key of a bucket with objects is not deleted"

    for version in environment.s3.list_object_versions(Bucket=environment.bucket("processed"))["Versions"]:
        environment.s3.delete_object(
            Bucket=environment.bucket("processed"), Key=version["Key"], VersionId=version["VersionId"])
    environment.terraform("destroy", *off, expect=0)
    assert environment.s3.list_buckets()["Buckets"] == []
    yield "without protection and objects, destroy deletes everything"


def main():
    with tempfile.TemporaryDirectory() as scratch, Cloud() as cloud:
        for done in steps(Environment(cloud, scratch)):
            print("ok      " + done, flush=True)


if __name__ == "__main__":
    sys.exit(main())
