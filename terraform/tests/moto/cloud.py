"""A simulated AWS account on loopback: moto, with additions that the tests of the module need:

  Managed Service for Apache Flink   start, stop, update, delete; the version of the code that runs
  Athena                             DeleteNamedQuery
  Budgets                            tags and subscribers
  Kinesis, SQS                       tags of CreateStream, JSON without spaces
  Glue                               GetCrawler returns the Grouping that AWS adds for catalog targets
"""

import copy
import json
import logging
import time

from moto.core.config import default_user_config
from moto.kinesisanalyticsv2 import responses as flink
from moto.athena import responses as athena
from moto.budgets import responses as budgets
from moto.glue import models as glue
from moto.iam.access_control import PermissionResult
from moto.kinesis import responses as kinesis
from moto.s3 import models as s3
from moto.sqs import models as sqs
from moto.server import ThreadedMotoServer

ACCOUNT = "123456789012"


def _application(response):
    name = response._get_param("ApplicationName")
    return response.kinesisanalyticsv2_backend.applications.get(name)


def _not_found(response):
    body = {"__type": "ResourceNotFoundException", "message": "the application does not exist"}
    return 400, {"status": 400, "x-amzn-errortype": "ResourceNotFoundException"}, json.dumps(body)


def _operation(**answer):
    return json.dumps({"OperationId": "operation-1", **answer})


def _start(response):
    _application(response).application_status = "RUNNING"
    return _operation()


def _stop(response):
    _application(response).application_status = "READY"
    return _operation()


def _delete(response):
    response.kinesisanalyticsv2_backend.applications.pop(response._get_param("ApplicationName"), None)
    return "{}"


_moto_describe = flink.KinesisAnalyticsV2Response.describe_application


def _describe(response):
    application = _application(response)
    if application is None:
        return _not_found(response)
    detail = json.loads(_moto_describe(response))["ApplicationDetail"]
    # AWS returns times in seconds, and the configuration of the last start.
    for stamp in ("CreateTimestamp", "LastUpdateTimestamp", "ApplicationVersionCreateTimestamp"):
        detail[stamp] = time.time()
    detail["ApplicationName"] = application.application_name
    run = getattr(application, "run_configuration", None)
    if run:
        detail["ApplicationConfigurationDescription"]["RunConfigurationDescription"] = run
    return json.dumps({"ApplicationDetail": detail})


def _create(response):
    name = response._get_param("ApplicationName")
    response.kinesisanalyticsv2_backend.create_application(
        application_name=name,
        application_description=response._get_param("ApplicationDescription"),
        runtime_environment=response._get_param("RuntimeEnvironment"),
        service_execution_role=response._get_param("ServiceExecutionRole"),
        application_configuration=response._get_param("ApplicationConfiguration"),
        cloud_watch_logging_options=response._get_param("CloudWatchLoggingOptions"),
        tags=response._get_param("Tags"),
        application_mode=response._get_param("ApplicationMode"),
    )
    _application(response).application_status = "READY"
    return _describe(response)


def _started(response):
    application = _application(response)
    run = response._get_param("RunConfiguration") or {}
    application.run_configuration = {
        "ApplicationRestoreConfigurationDescription": run.get(
            "ApplicationRestoreConfiguration", {"ApplicationRestoreType": "RESTORE_FROM_LATEST_SNAPSHOT"}
        ),
        "FlinkRunConfigurationDescription": run.get("FlinkRunConfiguration", {"AllowNonRestoredState": False}),
    }
    return _start(response)


def _update(response):
    application = _application(response)
    application.application_version_id += 1
    update = response._get_param("ApplicationConfigurationUpdate") or {}
    described = application.app_config_description
    location = (
        update.get("ApplicationCodeConfigurationUpdate", {}).get("CodeContentUpdate", {}).get("S3ContentLocationUpdate", {})
    )
    code = described["ApplicationCodeConfigurationDescription"]["CodeContentDescription"]
    known = code["S3ApplicationCodeLocationDescription"]
    for change, field in (
        ("BucketARNUpdate", "BucketARN"),
        ("FileKeyUpdate", "FileKey"),
        ("ObjectVersionUpdate", "ObjectVersion"),
    ):
        if change in location:
            known[field] = location[change]
    if "EnvironmentPropertyUpdates" in update:
        described["EnvironmentPropertyDescriptions"] = {
            "PropertyGroupDescriptions": copy.deepcopy(update["EnvironmentPropertyUpdates"]["PropertyGroups"])
        }
    answer = json.loads(_describe(response))
    return json.dumps({**answer, "OperationId": "operation-1"})


def _describe_operation(response):
    now = time.time()
    status = {"Operation": "Any", "StartTime": now, "EndTime": now, "OperationStatus": "SUCCESSFUL"}
    return json.dumps({"ApplicationOperationInfoDetails": status})


flink.KinesisAnalyticsV2Response.create_application = _create
flink.KinesisAnalyticsV2Response.describe_application = _describe
flink.KinesisAnalyticsV2Response.start_application = _started
flink.KinesisAnalyticsV2Response.stop_application = _stop
flink.KinesisAnalyticsV2Response.update_application = _update
flink.KinesisAnalyticsV2Response.delete_application = _delete
flink.KinesisAnalyticsV2Response.describe_application_operation = _describe_operation



def _subscribers(response):
    """moto stores the subscribers of a budget's notifications, but does not return them."""
    wanted = response._get_param("Notification")
    backend = response.backend
    budget = backend.budgets[response._get_param("AccountId")][response._get_param("BudgetName")]
    found = []
    for entry in budget.notifications:
        notification = entry.details
        if all(notification.get(key) == wanted.get(key) for key in ("NotificationType", "ComparisonOperator", "Threshold")):
            found = entry.subscribers
    return json.dumps({"Subscribers": found})


def _budget_tags(response):
    """moto does not return the tags of a budget either."""
    account, _, name = response._get_param("ResourceARN").split(":", 4)[4].partition(":budget/")
    budget = response.backend.budgets[account].get(name)
    return json.dumps({"ResourceTags": getattr(budget, "tags", [])})


_moto_create_budget = budgets.BudgetsResponse.create_budget


def _create_budget(response):
    answer = _moto_create_budget(response)
    budget = response.backend.budgets[response._get_param("AccountId")][response._get_param("Budget")["BudgetName"]]
    budget.tags = response._get_param("ResourceTags") or []
    return answer


budgets.BudgetsResponse.create_budget = _create_budget
budgets.BudgetsResponse.list_tags_for_resource = _budget_tags
budgets.BudgetsResponse.describe_subscribers_for_notification = _subscribers



def _delete_named_query(response):
    response.athena_backend.named_queries.pop(response._get_param("NamedQueryId"), None)
    return "{}"


athena.AthenaResponse.delete_named_query = _delete_named_query

_moto_create_stream = kinesis.KinesisResponse.create_stream


def _create_stream(response):
    answer = _moto_create_stream(response)
    response.kinesis_backend.add_tags_to_stream(
        stream_arn=None, stream_name=response._get_param("StreamName"), tags=response._get_param("Tags") or {})
    return answer


kinesis.KinesisResponse.create_stream = _create_stream

_moto_queue = sqs.Queue.attributes


def _queue(self):
    """AWS returns the JSON as it was sent, without spaces."""
    answer = _moto_queue.fget(self)
    if answer.get("RedrivePolicy"):
        answer["RedrivePolicy"] = json.dumps(json.loads(answer["RedrivePolicy"]), separators=(",", ":"))
    return answer


sqs.Queue.attributes = property(_queue)

_moto_crawler = glue.FakeCrawler.as_dict


def _crawler(self):
    crawler = _moto_crawler(self)
    configuration = json.loads(crawler.get("Configuration") or '{"Version":1.0}')
    if crawler.get("Targets", {}).get("CatalogTargets"):
        configuration.setdefault("Grouping", {}).setdefault("TableGroupingPolicy", "CombineCompatibleSchemas")
    crawler["Configuration"] = json.dumps(configuration)
    return crawler


glue.FakeCrawler.as_dict = _crawler


# moto ignores the conditions of a bucket policy, so every Deny would apply. terraform/simulation tests the policies.
s3.FakeBucket.get_permission = lambda *_: PermissionResult.NEUTRAL


class Cloud:
    """An empty account, for use in a with statement."""

    def __enter__(self):
        logging.getLogger("werkzeug").setLevel(logging.ERROR)
        self.server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
        self.server.start()
        self.url = "http://%s:%d" % self.server.get_host_and_port()
        return self

    def __exit__(self, *_):
        self.server.stop()
