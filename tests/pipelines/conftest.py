"""Doubles of the services, and the variables that their jobs have."""

from collections.abc import Iterator

import pytest

from tests.pipelines.doubles import TOKEN, AzureDevOps, GitHub, served


@pytest.fixture
def github() -> Iterator[GitHub]:
    """GitHub, and the environment of a job of pull request 7 there."""
    double = GitHub()
    with served(double.answer) as url:
        double.environment = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": url,
            "GITHUB_REF": "refs/pull/7/merge",
            "GITHUB_REPOSITORY": "contoso/speech",
            "GITHUB_TOKEN": TOKEN,
        }
        yield double


@pytest.fixture
def azure_devops() -> Iterator[AzureDevOps]:
    """Azure DevOps, and the environment of a run of pull request 7 there."""
    double = AzureDevOps()
    with served(double.answer) as url:
        double.environment = {
            "TF_BUILD": "True",
            "SYSTEM_ACCESSTOKEN": TOKEN,
            "SYSTEM_COLLECTIONURI": f"{url}/contoso/",
            "SYSTEM_TEAMPROJECT": "Speech Team",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "7",
            "BUILD_REPOSITORY_ID": "r",
        }
        yield double
