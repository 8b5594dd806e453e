"""A gateway that a stack file asks for."""

import pytest

from speech.settings.faults import InvalidStackError
from speech.settings.parse import parse
from tests.settings.broken_gateway import ALLOWED, ENVOY, JWT, KEYS, G, N, behind
from tests.settings.broken_hosts import Changes
from tests.stacks import stack_file


def the_fault(*changes: tuple[str, object]) -> str:
    with pytest.raises(InvalidStackError) as caught:
        parse(stack_file(*changes))
    (fault,) = caught.value.faults
    return fault.message


@pytest.mark.parametrize("changes", ALLOWED)
def test_callers_who_prove_themselves_may_call_from_anywhere(changes: Changes) -> None:
    network = parse(stack_file(*changes)).stack.network
    assert network.gateway


def test_a_gateway_names_its_class() -> None:
    words = "name a GatewayClass that the cluster has, as in  class_name: envoy"
    assert words in the_fault(behind({}))


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        (f"{N}.clients.jwt", {**JWT, "jwks_url": "http://login.contoso.example"}, "must be an https:// address"),
        (f"{N}.clients.jwt", {**JWT, "query_parameter": "a&b"}, "the name of a parameter of a query"),
        (f"{N}.clients.api_keys", {**KEYS, "header": "X Key"}, "the name of a header"),
        (f"{N}.clients.api_keys", {}, "name the Secret with a key a caller"),
        (f"{G}.class_name", "Envoy", "the name of an object of Kubernetes"),
    ],
)
def test_what_a_gateway_could_not_read_is_a_fault(path: str, value: object, words: str) -> None:
    assert words in the_fault(behind(ENVOY), (path, value))
