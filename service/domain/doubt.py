"""One thing that nothing forbids and a researcher should know before raters come, as a code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Doubt:
    """What may go wrong with a study: a code, whom it concerns, and names that may have been meant.

    Of models: ``no_key`` (`name` is the variable), ``unknown_endpoint``, ``unknown_agent``,
    ``unknown_provider``, ``unknown_model``, and ``unchecked`` while no worker has said anything.
    Of prompts: ``hidden_variables`` (`names` are the variables), and ``reads_alike`` (`names` are
    the prompts). Of norming: ``norming_few`` (`name` is how many matchups there are).
    Of suggested prompts: ``template_asks`` (`name` is what is
    missing, `names` are the configurations) and ``own_alone``
    (`names` are the prompts that nobody else rates). Of what
    raters can tell apart by comparing notes: ``samples_differ`` and ``moved`` (`names` are the
    configurations).
    """

    code: str
    configuration: str = ""
    name: str = ""
    names: tuple[str, ...] = ()
