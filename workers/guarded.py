"""Which providers' calls go out through the guarded transport, and nowhere beside it.

litellm reaches some providers by other ways: through `requests`, with a vendor's own library, or
by a look at another site first. There neither bounds nor addresses hold, so they are refused. A
test sees each provider of this list call a server of its own, once and nowhere else.
"""

PASSING = frozenset(
    {
        "a2a", "ai21", "ai21_chat", "aiml", "anthropic", "anthropic_text", "apertis",
        "assemblyai", "azure", "azure_ai", "azure_text", "baseten", "bedrock_mantle",
        "cerebras", "charity_engine", "chutes", "cloudflare", "codestral", "cognition",
        "cohere", "cohere_chat", "cometapi", "compactifai", "cortecs", "custom_openai",
        "darkbloom", "dashscope", "databricks", "datarobot", "deepinfra", "deepseek",
        "docker_model_runner", "edenai", "empower", "featherless_ai", "fireworks_ai",
        "friendliai", "galadriel", "gemini", "github", "groq", "helicone", "heroku",
        "hosted_vllm", "hyperbolic", "inception", "lambda_ai", "lemonade", "libertai",
        "litellm_proxy", "llamafile", "lm_studio", "meta", "meta_llama", "minimax", "mistral",
        "modelscope", "moonshot", "nadir", "nano-gpt", "nebius", "neosantara", "novita",
        "nscale", "nvidia_nim", "ollama", "ollama_chat", "openai", "openrouter", "ovhcloud",
        "parasail", "perplexity", "pinstripes", "poe", "prism", "publicai", "qwen_ai_platform",
        "qwencloud", "reka", "sail", "sambanova", "scaleway", "scx-ai", "snowflake",
        "synthetic", "tencent", "tensormesh", "text-completion-inception",
        "text-completion-openai", "together_ai", "vercel_ai_gateway", "volcengine", "wandb",
        "xai", "xiaomi_mimo", "xinference", "zai",
    }
)  # fmt: skip


def refusal(provider: str) -> str:
    """Return why a provider is not called and what to do instead."""
    return (
        f"{provider}/… is not called: its calls could not be bounded. Reach it through a server "
        "that speaks OpenAI's language: declare it in ENDPOINTS_FILE and write openai/MODEL."
    )
