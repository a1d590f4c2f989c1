"""Davidson's model of ties: a tie has a probability of its own."""

import numpy as np

from service.stats.counts import FloatArray


def probabilities(
    gap: FloatArray, log_tie: float | FloatArray
) -> tuple[FloatArray, FloatArray, FloatArray]:
    r"""Return P(first wins), P(tie) and P(second wins).

    With strengths :math:`\pi = e^{\theta}` and tie strength :math:`\nu` [1]_,

    .. math:: P(tie) = \frac{\nu \sqrt{\pi_i \pi_j}}
                            {\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}},
              \quad P(i) = \frac{\pi_i}{\pi_i + \pi_j + \nu \sqrt{\pi_i \pi_j}}.

    Divided by :math:`\sqrt{\pi_i \pi_j}`, with :math:`d = \theta_i - \theta_j`, the three
    terms are :math:`e^{d/2}, \nu, e^{-d/2}`.

    Parameters
    ----------
    gap : array
        d, in natural log units.
    log_tie : float or array that broadcasts to `gap`
        log of the tie strength; minus infinity gives Bradley–Terry.

    References
    ----------
    .. [1] Davidson, R. R. (1970). On extending the Bradley–Terry model to accommodate ties
       in paired comparison experiments. JASA 65(329), 317-328.
    """
    top = np.maximum(np.abs(gap) / 2, log_tie)
    first = np.exp(gap / 2 - top)
    second = np.exp(-gap / 2 - top)
    tie = np.exp(log_tie - top)
    norm = first + second + tie
    return first / norm, tie / norm, second / norm


def log_norm(gap: FloatArray, log_tie: float) -> FloatArray:
    """Return the log of the sum of the three terms of `probabilities`."""
    top = np.maximum(np.abs(gap) / 2, log_tie)
    terms = np.exp(gap / 2 - top) + np.exp(-gap / 2 - top) + np.exp(log_tie - top)
    total: FloatArray = top + np.log(terms)
    return total
