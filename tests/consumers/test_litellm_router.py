"""The LiteLLM configuration in the hands of LiteLLM's router, without a network: replies are mocked by LiteLLM itself."""

from __future__ import annotations

import asyncio
import warnings
from collections.abc import Awaitable, Callable
from decimal import Decimal
from types import ModuleType
from typing import Any

import pytest
import target_project
import yaml

from orchestra_compiler.model import Fleet, Usage
from orchestra_compiler.prices import cost

pytestmark = pytest.mark.filterwarnings("ignore")
MESSAGE = [{"role": "user", "content": "Hello."}]


@pytest.fixture
def litellm(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.setenv("LITELLM_LOCAL_MODEL_COST_MAP", "True")  # its own price list comes from the network otherwise
    for name in ("ACME_API_KEY", "OTHER_API_KEY"):
        monkeypatch.setenv(name, "none")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module: ModuleType = pytest.importorskip("litellm")
    return module


@pytest.fixture
def config(fleet: Fleet) -> dict[str, Any]:
    (text,) = target_project.emit(fleet, "litellm").values()
    found = yaml.safe_load(text)
    for deployment in found["model_list"]:  # the sample's providers are its own; LiteLLM takes those it knows
        deployment["litellm_params"]["model"] = "openai/" + deployment["litellm_params"]["model"].partition("/")[2]
    found["router_settings"]["provider_budget_config"] = {
        "openai": found["router_settings"]["provider_budget_config"]["acme"]
    }
    return found


def run(litellm: ModuleType, config: dict[str, Any], ask: Callable[[Any], Awaitable[Any]]) -> Any:
    async def inside() -> Any:
        router = litellm.Router(model_list=config["model_list"], **config["router_settings"])
        return await ask(router)

    return asyncio.run(inside())


def test_the_router_takes_every_setting(litellm: ModuleType, config: dict[str, Any]) -> None:
    async def ask(router: Any) -> Any:
        return router

    router = run(litellm, config, ask)
    assert set(router.get_model_names()) == {each["model_name"] for each in config["model_list"]}
    assert (router.num_retries, router.allowed_fails, router.cooldown_time) == (2, 3, 30)
    assert router.fallbacks == config["router_settings"]["fallbacks"]
    assert router.context_window_fallbacks == config["router_settings"]["context_window_fallbacks"]
    assert router.provider_budget_config["openai"].max_budget == 20


def test_the_router_bills_what_we_bill(litellm: ModuleType, config: dict[str, Any], fleet: Fleet) -> None:
    models = {model.name: model for tier in fleet.tiers.tiers for model in tier.models}

    async def ask(router: Any) -> dict[str, Any]:
        return {name: await router.acompletion(model=name, messages=MESSAGE, mock_response="Fine.") for name in models}

    for name, reply in run(litellm, config, ask).items():
        usage = Usage(input_tokens=reply.usage.prompt_tokens, output_tokens=reply.usage.completion_tokens)
        price = models[name].price
        assert price is not None
        assert usage.input_tokens > 0
        billed = Decimal(str(reply._hidden_params["response_cost"]))
        assert abs(billed - cost(price, usage)) < Decimal("1e-15")


@pytest.mark.parametrize(
    ("tier", "failing", "answers"),
    [
        ("routine", "mock_testing_fallbacks", "wide-1"),
        ("implementation", "mock_testing_fallbacks", "large-1"),
        ("routine", "mock_testing_context_fallbacks", "middle-1"),
        ("strategic", "mock_testing_context_fallbacks", None),
    ],
)
def test_the_router_falls_back_as_the_tiers_say(
    litellm: ModuleType, config: dict[str, Any], tier: str, failing: str, answers: str | None
) -> None:
    async def ask(router: Any) -> Any:
        return await router.acompletion(model=tier, messages=MESSAGE, mock_response="Fine.", **{failing: True})

    if answers is None:
        with pytest.raises(litellm.ContextWindowExceededError):
            run(litellm, config, ask)
    else:
        assert run(litellm, config, ask).model == answers
