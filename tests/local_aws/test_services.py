"""IAM, STS, SSM and others beside Personalize: one address, one account."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from aisle.cli import serve
from aisle.cli.app import app
from datasets import field, schema
from running import Server

READ = "arn:aws:iam::aws:policy/service-role/AmazonPersonalizeFullAccess"
INLINE = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}],
    }
)


def refused(client: Any, operation: str, **members: Any) -> str:
    with pytest.raises(ClientError) as caught:
        getattr(client, operation)(**members)
    code: str = caught.value.response["Error"]["Code"]
    return code


def test_every_service_knows_the_same_account(server: Server) -> None:
    account = server.client("sts").get_caller_identity()["Account"]
    ours = schema(server.personalize, "ITEMS", [field("ITEM_ID", null=False), field("COLOUR")])
    role = server.client("iam").create_role(RoleName="one", AssumeRolePolicyDocument="{}")
    server.client("ssm").put_parameter(Name="/one", Value="1", Type="String")
    parameter = server.client("ssm").get_parameter(Name="/one")["Parameter"]
    arns = [ours, role["Role"]["Arn"], parameter["ARN"]]
    assert {arn.split(":")[4] for arn in arns} == {account} == {"000000000000"}


def test_a_role_has_its_policies(server: Server) -> None:
    iam = server.client("iam")
    iam.create_role(RoleName="reader", AssumeRolePolicyDocument="{}")
    iam.put_role_policy(RoleName="reader", PolicyName="in", PolicyDocument=INLINE)
    iam.attach_role_policy(RoleName="reader", PolicyArn=READ)
    assert iam.get_role(RoleName="reader")["Role"]["RoleName"] == "reader"
    attached = iam.list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [READ]
    assert refused(iam, "get_role", RoleName="nobody") == "NoSuchEntity"


def test_parameters_are_read_one_by_one_and_by_path(server: Server) -> None:
    ssm = server.client("ssm")
    for name in ("/shop/a", "/shop/b"):
        ssm.put_parameter(Name=name, Value=f"of {name}", Type="String")
    both = ssm.get_parameters(Names=["/shop/a", "/shop/b", "/none"])
    assert sorted(found["Value"] for found in both["Parameters"]) == ["of /shop/a", "of /shop/b"]
    assert both["InvalidParameters"] == ["/none"]
    assert len(ssm.get_parameters_by_path(Path="/shop")["Parameters"]) == 2


def test_a_service_that_would_reach_out_is_refused_by_name(server: Server) -> None:
    assert refused(server.client("sns"), "list_topics") == "NotImplementedException"
    assert refused(server.client("lambda"), "list_functions") == "NotImplementedException"


@pytest.mark.slow
def test_the_command_line_does_it_too(server: Server, tmp_path: Path) -> None:
    file = tmp_path / "one.csv"
    file.write_text("ITEM_ID\na\n")

    def aws(*arguments: str) -> str:
        environment = os.environ | {
            "AWS_ENDPOINT_URL": server.url,
            "AWS_ACCESS_KEY_ID": "any",
            "AWS_SECRET_ACCESS_KEY": "any",
            "AWS_DEFAULT_REGION": "us-east-1",
            "NO_PROXY": "*",
        }
        command = [sys.executable, "-m", "awscli", *arguments]
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    aws("s3", "mb", "s3://by-hand")
    aws("s3", "cp", str(file), "s3://by-hand/in/one.csv")
    assert "one.csv" in aws("s3", "ls", "s3://by-hand/in/")
    server.client("iam").create_role(RoleName="cli", AssumeRolePolicyDocument="{}")
    server.client("ssm", region="us-east-1").put_parameter(Name="/cli", Value="v", Type="String")
    assert json.loads(aws("iam", "get-role", "--role-name", "cli"))["Role"]["RoleName"] == "cli"
    parameter = json.loads(aws("ssm", "get-parameter", "--name", "/cli"))["Parameter"]
    assert parameter["Value"] == "v"
    assert json.loads(aws("sts", "get-caller-identity"))["Account"] == "000000000000"


def test_several_workers_and_a_missing_extra_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    line = ["serve", "--local-aws", "--data-dir", str(tmp_path)]
    assert CliRunner().invoke(app, [*line, "--workers", "2"]).exit_code == 2
    monkeypatch.setattr(serve, "installed", lambda: False)
    result = CliRunner().invoke(app, line)
    assert result.exit_code == 2
    assert "pip install 'aisle[local-aws]'" in result.output
