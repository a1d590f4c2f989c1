"""An export's folder as a data set on the Hugging Face Hub, or on a server that speaks like it."""

import json
from pathlib import Path

from service.errors import Invalid
from service.formats.exports import manifest
from service.lineage import libraries


class NoExport(Invalid):
    """The folder holds no export."""


def publish(folder: Path, study: str, repository: str, *, is_public: bool = False) -> str:
    """Push the folder of a study's export, and only what its manifest names; return its address.

    The token is taken from HF_TOKEN or a login, as the library does; a data set that is new is
    private unless it `is_public`.

    Raises
    ------
    LibraryMissing, NoExport, NotPublished
    """
    hub = libraries.load("huggingface_hub", "hub")
    errors = libraries.load("huggingface_hub.errors", "hub")
    names = _named(folder, study)
    api = hub.HfApi()
    try:
        api.create_repo(repository, repo_type="dataset", private=not is_public, exist_ok=True)
        made = api.upload_folder(
            repo_id=repository,
            repo_type="dataset",
            folder_path=folder,
            allow_patterns=names,
            delete_patterns=["*"],
            commit_message="An export of preferences by Evenhand",
        )
    except (errors.HfHubHTTPError, errors.HFValidationError, OSError, ValueError) as error:
        raise libraries.NotPublished(
            "The data set could not be pushed: %(why)s Is HF_TOKEN set, and may it write there?",
            why=" ".join(str(error).split())[:300],
        ) from None
    return str(made)


def _named(folder: Path, study: str) -> list[str]:
    try:
        told = json.loads((folder / manifest.MANIFEST).read_bytes())
        is_ours = (told["tool"], told["study"]) == ("evenhand", study)
        names = [*told["files"], manifest.CARD, manifest.MANIFEST]
    except (OSError, ValueError, KeyError, TypeError):
        is_ours, names = False, []
    if not is_ours:
        raise NoExport(
            "%(folder)s holds no export of %(study)s. Make one first: "
            "evenhand export %(study)s --out FOLDER",
            folder=str(folder),
            study=study,
        )
    return names
