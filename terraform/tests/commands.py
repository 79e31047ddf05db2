#!/usr/bin/env python3
"""Extracts and runs every command block of the READMEs and the runbook.

1. The blocks of each document run in order in one bash, with stand-ins for aws, terraform and the build that record their
   calls. An unset variable, a syntax error or an endless loop fails.
2. Each call of aws is validated by the service models of botocore, which the AWS CLI uses: operation, options, values, the
   JMESPath of --query, waiters. The region must be set.
3. If moto is installed, each call is sent to its simulated account, in which the module's resources exist. Operations that
   moto does not implement count as skipped.

Needs python3; without botocore or moto the steps that need them are skipped. Uses no network.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import textwrap
from pathlib import Path

TERRAFORM = Path(__file__).resolve().parent.parent
DOCUMENTS = [
    "README.md",
    "docs/runbook.md",
    "docs/cost.md",
    "bootstrap/README.md",
    "examples/minimal/README.md",
    "examples/production/README.md",
]
REGION = "us-east-1"
ACCOUNT = "123456789012"
PROGRAMS = {"aws", "terraform", "mvnw", "lake", "lock", "check", "node", "prune-snapshots"}

passed = failed = skipped = 0


def ok(name):
    global passed
    passed += 1
    print(f"ok      {name}")


def fail(name, why):
    global failed
    failed += 1
    print(f"FAILED  {name}\n        {why}")


def skip(name, why):
    global skipped
    skipped += 1
    print(f"skipped {name}: {why}")


def blocks(text):
    return [
        textwrap.dedent(body)
        for body in re.findall(r"^ *```bash\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL)
    ]


# ---------------------------------------------------------------- 1. run


def outputs():
    """The commands that terraform output prints, from outputs.tf of the module."""
    text = (TERRAFORM / "outputs.tf").read_text()
    found = {}
    for name in ["send_event", "first_query", "create_views"]:
        block = re.search(rf'output "{name}" \{{(.*?)^\}}', text, re.MULTILINE | re.DOTALL).group(1)
        command = max(re.findall(r'"((?:[^"\\]|\\.)*)"', block), key=len)
        for reference, value in {
            "${local.region}": REGION,
            "${local.prefix}": "clickstream-dev",
            "${local.stream_name}": "clickstream-dev",
            "${local.database_name}": "clickstream_dev",
        }.items():
            command = command.replace(reference, value)
        command = re.sub(r"\$\{aws_athena_named_query[^}]*\}", "00000000-0000-0000-0000-000000000000", command)
        found[name] = command.replace('\\"', '"').replace("\\\\", "\\")
        assert "${" not in found[name], f"{name} contains a reference that this test does not replace: {found[name]}"
    found["backend"] = 'bucket = "state"'
    return found


STAND_IN = r"""#!/usr/bin/env python3
import json, os, sys
name, arguments, home = os.path.basename(sys.argv[0]), sys.argv[1:], os.environ["STAND_INS"]
with open(home + "/calls", "a") as calls:
    calls.write(json.dumps({"program": name, "arguments": arguments, "region": os.environ.get("AWS_REGION")}) + "\n")
if name == "terraform" and arguments[:1] == ["output"] and os.path.exists(home + "/output-" + arguments[-1]):
    print(open(home + "/output-" + arguments[-1]).read())
elif name == "aws":
    query = arguments[arguments.index("--query") + 1] if "--query" in arguments else ""
    if query.endswith("ApplicationStatus"):
        count = home + "/count"
        times = int(open(count).read()) if os.path.exists(count) else 0
        open(count, "w").write(str(times + 1))
        print(["READY", "RUNNING"][times % 2])
    elif query.endswith("Account"):
        print("123456789012")
    elif query.endswith("State"):
        print("SUCCEEDED")
    elif query.endswith("VersionId"):
        print("3")
    elif query.endswith("QueueUrl"):
        print("https://sqs.us-east-1.amazonaws.com/123456789012/clickstream-dev-dead-letters")
    elif query.startswith("SnapshotSummaries"):
        print("snapshot-1\t2026-01-01T00:00:00Z")
    elif "QueryExecutionId" in query:
        print("00000000-0000-0000-0000-000000000000")
    elif query.endswith("QueryString"):
        print("SELECT 1")
    else:
        print("value-1")
"""


def run(document, script, folder):
    """The calls of the stand-ins, or None after a failure."""
    stand_ins = folder / "stand-ins"
    stand_ins.mkdir()
    for program in PROGRAMS:
        (stand_ins / program).write_text(STAND_IN)
        (stand_ins / program).chmod(0o755)
    for name, command in outputs().items():
        (stand_ins / f"output-{name}").write_text(command)
    work = folder / "repository"
    (work / "flink-app/target").mkdir(parents=True)
    (work / "flink-app/target/flink-app-1.0-job.jar").write_text("jar")
    # Programs that are called by path.
    (work / "terraform").mkdir()
    for path in ["mvnw", "lake", "terraform/lock", "terraform/check", "terraform/prune-snapshots"]:
        (work / path).symlink_to(stand_ins / Path(path).name)
    prelude = "set -uo pipefail\ncd() { :; }\nsleep() { :; }\nfail() { echo \"block $block: $1\" >&2; exit 1; }\n"
    body = "".join(f"block={i}\n{text}\n" for i, text in enumerate(script, 1))
    body = body.replace("> ../examples/production/backend.hcl", "> backend.hcl")
    environment = {
        "PATH": f"{stand_ins}:{os.environ['PATH']}",
        "HOME": str(folder),
        "STAND_INS": str(stand_ins),
        "LC_ALL": "C.UTF-8",
    }
    try:
        result = subprocess.run(
            ["bash", "-c", prelude + body],
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            stdin=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        fail(f"{document}: its blocks run", "a loop does not end within two minutes")
        return None
    errors = [line for line in result.stderr.splitlines() if re.search(r"^bash: |unbound variable|syntax error", line)]
    if errors:
        fail(f"{document}: its blocks run", "; ".join(errors))
        return None
    ok(f"{document}: its {len(script)} blocks run")
    calls = stand_ins / "calls"
    return [json.loads(line) for line in calls.read_text().splitlines()] if calls.exists() else []


# ---------------------------------------------------------------- 2. service models

GLOBAL = {"--query", "--output", "--region", "--profile", "--endpoint-url", "--cli-binary-format"}
PAGING = {"--max-items", "--page-size", "--starting-token"}


class Invalid(Exception):
    pass


def value_of(shape, texts, name):
    """The value that the CLI parses from the words after an option."""
    if shape.type_name == "list":
        if len(texts) == 1 and texts[0][:1] == "[":
            return json.loads(texts[0])
        return [value_of(shape.member, [text], name) for text in texts]
    if len(texts) != 1:
        raise Invalid(f"{name} takes one value, not {len(texts)}")
    text = texts[0]
    if shape.type_name in ("structure", "map"):
        if text[:1] in "{[":
            return json.loads(text)
        return shorthand(shape, text, name)
    if shape.type_name in ("integer", "long"):
        return int(text)
    if shape.type_name == "boolean":
        return text == "true"
    if shape.type_name == "blob":
        return text.encode()
    return text


def shorthand(shape, text, name):
    pairs = {}
    key = None
    for part in text.split(","):
        if "=" in part:
            key, value = part.split("=", 1)
            pairs[key] = [value]
        elif key is None:
            raise Invalid(f"{name} is neither JSON nor KEY=VALUE: {text}")
        else:
            pairs[key].append(part)
    if shape.type_name == "map":
        return {key: values[0] for key, values in pairs.items()}
    unknown = set(pairs) - set(shape.members)
    if unknown:
        raise Invalid(f"{name} has no {', '.join(sorted(unknown))}")
    return {key: value_of(shape.members[key], values, name) for key, values in pairs.items()}


def validate(session, arguments, region):
    """(service, operation, parameters) of a call; None for those of `aws s3` and waiters."""
    import jmespath
    from botocore import xform_name
    from botocore.validate import ParamValidator

    if len(arguments) < 2:
        raise Invalid("no service or operation")
    service, command, rest = arguments[0], arguments[1], arguments[2:]
    if "--region" not in rest and not region:
        raise Invalid("the region is not set: use --region or AWS_REGION")
    if service == "s3":
        words = [word for word in rest if not word.startswith("--")]
        if command not in ("cp", "sync", "ls", "rm", "mv"):
            raise Invalid(f"aws s3 has no {command}")
        if not any(re.match(r"s3://[a-z0-9][a-z0-9.-]{2,62}(/|$)", word) for word in words):
            raise Invalid("no valid s3:// URL")
        return None
    service = "s3" if service == "s3api" else service
    if service not in session.get_available_services():
        raise Invalid(f"there is no service {service}")
    model = session.get_service_model(service)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if command == "wait":
        waiters = session.create_client(service, region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x").waiter_names
        if rest[0] not in [waiter.replace("_", "-") for waiter in waiters]:
            raise Invalid(f"{service} has no waiter {rest[0]}")
        return None
    if command not in operations:
        raise Invalid(f"{service} has no operation {command}")
    operation = model.operation_model(operations[command])
    members = operation.input_shape.members if operation.input_shape else {}
    options = {f"--{xform_name(name, '-')}": name for name in members}
    parameters = {}
    while rest:
        option, rest = rest[0], rest[1:]
        texts = []
        while rest and not rest[0].startswith("--"):
            texts.append(rest[0])
            rest = rest[1:]
        # An operation with a streaming response takes the output file as a positional argument.
        if operation.has_streaming_output and not rest and len(texts) > 1:
            texts.pop()
        if option in options:
            shape = members[options[option]]
            if shape.type_name == "boolean" and not texts:
                parameters[options[option]] = True
            else:
                parameters[options[option]] = value_of(shape, texts, option)
        elif option == "--query":
            jmespath.compile(texts[0])
        elif option not in GLOBAL | PAGING:
            raise Invalid(f"{service} {command} has no option {option}")
    report = ParamValidator().validate(parameters, operation.input_shape) if operation.input_shape else None
    if report is not None and report.has_errors():
        raise Invalid(report.generate_report())
    return service, xform_name(operations[command]), parameters


# ---------------------------------------------------------------- 3. moto


def create_resources(client, applications):
    """Creates the module's resources that commands refer to."""
    for application in applications:
        client("kinesis").create_stream(StreamName=application, ShardCount=1)
        client("logs").create_log_group(logGroupName=f"/aws/kinesis-analytics/{application}")
        client("logs").create_log_group(logGroupName=f"/aws/ecs/{application}-batch")
        client("sqs").create_queue(QueueName=f"{application}-dead-letters")
        for workgroup in ["analysts", "checks"]:
            client("athena").create_work_group(
                Name=f"{application}-{workgroup}",
                Configuration={"ResultConfiguration": {"OutputLocation": "s3://results/"}},
            )
        for bucket in ["artifacts", "processed", "raw", "results"]:
            client("s3").create_bucket(Bucket=f"{application}-{bucket}-{ACCOUNT}-{REGION}")
        client("kinesisanalyticsv2").create_application(
            ApplicationName=application,
            RuntimeEnvironment="FLINK-1_20",
            ServiceExecutionRole=f"arn:aws:iam::{ACCOUNT}:role/job",
        )
        client("firehose").create_delivery_stream(
            DeliveryStreamName=f"{application}-archive",
            ExtendedS3DestinationConfiguration={
                "BucketARN": "arn:aws:s3:::raw",
                "RoleARN": f"arn:aws:iam::{ACCOUNT}:role/archive",
            },
        )


# Calls whose target an earlier call creates, which the stand-ins do not.
CREATED_BEFORE = re.compile(r"0{8}-0{4}|value-1|before-upgrade|snapshot-1|VERSION-ID|…")


def simulate(requests):
    try:
        from moto import mock_aws
        import boto3
    except ImportError:
        skip("the calls in a simulated account", "moto is not installed (pip install moto)")
        return
    for name in ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"]:
        os.environ[name] = "testing"
    with mock_aws():
        def client(service):
            return boto3.client(service, region_name=REGION)

        try:
            create_resources(client, ["clickstream-dev", "clickstream-production"])
        except NotImplementedError as error:
            skip("the calls in a simulated account", f"this version of moto cannot create the module's resources: {error}")
            return
        seen = set()
        for document, (service, operation, parameters) in requests:
            key = json.dumps([service, operation, parameters], default=str, sort_keys=True)
            if key in seen:
                continue
            seen.add(key)
            name = f"{document}: {service} {operation.replace('_', '-')} in a simulated account"
            if CREATED_BEFORE.search(key):
                skip(name, "an earlier command creates its target")
                continue
            parameters = json.loads(key.replace("eu-central-1", REGION))[2] if b"" not in parameters.values() else parameters
            if service == "kinesis" and operation == "put_record":
                parameters["Data"] = b"{}"
            try:
                getattr(client(service), operation)(**parameters)
            except NotImplementedError:
                skip(name, "moto does not simulate this operation")
            except Exception as error:
                if "not yet implemented" in str(error) or "NotImplemented" in type(error).__name__ + str(error):
                    skip(name, "moto does not simulate this operation")
                else:
                    fail(name, f"{type(error).__name__}: {error}")
            else:
                ok(name)


# ---------------------------------------------------------------- all


def variables_of_examples():
    names = set()
    for file in TERRAFORM.glob("**/variables.tf"):
        names |= set(re.findall(r'^variable "(\w+)"', file.read_text(), re.MULTILINE))
    return names


# Invalid commands, and the expected error.
INVALID = [
    ("aws kinesisanalytics2 describe-application --application-name a", "there is no service"),
    ("aws kinesisanalyticsv2 restart-application --application-name a", "has no operation"),
    ("aws kinesisanalyticsv2 stop-application --name a", "has no option --name"),
    ("aws kinesisanalyticsv2 stop-application", "Missing required parameter"),
    ("aws kinesisanalyticsv2 start-application --application-name a --run-configuration '{\"Restore\":1}'", "Unknown parameter"),
    ("aws athena start-query-execution --query-string x --query-execution-context Databse=x", "has no Databse"),
    ("aws athena list-work-groups --query 'WorkGroups[.Name'", "Parse error"),
    ("aws kinesis wait stream-active --stream-name a", "has no waiter"),
    ("aws s3 cp jar s3://Bucket_/jar", "no valid s3"),
]


def detect_invalid_commands(session):
    import shlex

    for command, expected in INVALID:
        name = f"an invalid command is detected: {command}"
        try:
            validate(session, shlex.split(command)[1:], REGION)
        except (Invalid, ValueError) as error:
            if re.search(expected, str(error)):
                ok(name)
            else:
                fail(name, f"reported: {error}")
        else:
            fail(name, "nothing is reported")
    try:
        validate(session, ["sts", "get-caller-identity"], None)
    except Invalid:
        ok("a command without a region is detected")
    else:
        fail("a command without a region is detected", "nothing is reported")


def main():
    try:
        import botocore.session

        session = botocore.session.Session()
    except ImportError:
        session = None
        skip("the calls by the service models of the AWS CLI", "botocore is not installed (pip install botocore)")
    else:
        detect_invalid_commands(session)
    known = variables_of_examples()
    requests = []
    for document in DOCUMENTS:
        text = (TERRAFORM / document).read_text()
        script = blocks(text)
        if any(re.search(r"\bjq\b", block) for block in script) and "jq" not in text.split("```")[0]:
            fail(f"{document}: all required programs are documented", "it uses jq without documenting it")
        with tempfile.TemporaryDirectory() as folder:
            calls = run(document, script, Path(folder))
        once = set()
        for call in calls or []:
            if (same := json.dumps(call)) in once:
                continue
            once.add(same)
            shown = " ".join([call["program"], *call["arguments"]])[:110].replace("\n", " ")
            if call["program"] == "terraform":
                unknown = [
                    argument.split("=")[0]
                    for before, argument in zip(call["arguments"], call["arguments"][1:])
                    if before == "-var" and argument.split("=")[0] not in known
                ]
                if unknown:
                    fail(f"{document}: {shown}", f"there is no variable {', '.join(unknown)}")
            if call["program"] != "aws" or session is None:
                continue
            try:
                request = validate(session, call["arguments"], call["region"])
            except (Invalid, ValueError) as error:
                fail(f"{document}: {shown}", str(error))
            else:
                ok(f"{document}: {shown}")
                if request is not None:
                    requests.append((document, request))
    if session is not None:
        simulate(requests)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
