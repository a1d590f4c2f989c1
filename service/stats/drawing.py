"""Draws a few texts that stand for many: near-duplicates out, clusters of words, some of each."""

import re
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

Floats = NDArray[np.float64]

MOST_CLUSTERS = 24
ALIKE_FROM = 0.8
_WORD = re.compile(r"[^\W_]+")
# Writing without spaces between words: pairs of signs take the place of words.
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u2e80-\u9fff\uf900-\ufaff\uac00-\ud7af]")
_LOOKED_AT = 4000
_MOST_WORDS = 256
_SHINGLE = 3
_HASHES, _BAND = 64, 4
_AT_ONCE = 5000
_MOST_TERMS = 20_000
_FITTED_ON = 20_000
_ROUNDS = 25
_SHORTEST_TERM = 3
# Words that stand in texts about anything, English and German.
_STOP_WORDS = frozenset(
    """a about all also am an and any are as at be been but by can could did do does for from get
    give had has have her his how i if in into is it its just know let like make me more my need
    new no not of on one only or our out over please she should so some such tell than that the
    their them then there these they this to two up use using want was we were what when where
    which who why will with would write you your
    aber als am an auch auf aus bei bin bitte das dass dem den der des die dies du durch ein eine
    einem einen einer es für habe haben hat ich ihr im in ist kann man mein mich mir mit nach
    nicht noch nur oder schreibe sich sie sind über um und uns von vor war was wenn wer wie wir
    wird wo zu zum zur""".split()  # noqa: SIM905 - a list of quoted words is not read by anybody
)


@dataclass(frozen=True)
class Drawn:
    """What was drawn: `chosen` are places in the texts, cluster by cluster, in their order.

    `clusters` says of which each is, `terms` what tells the texts of each cluster from others
    ("" where nothing does) and `sizes` how many texts it has. `alike` counts texts left out as
    near-duplicates of earlier ones.
    """

    chosen: tuple[int, ...]
    clusters: tuple[int, ...]
    terms: tuple[str, ...]
    sizes: tuple[int, ...]
    alike: int


def draw(texts: Sequence[str], size: int, seed: int) -> Drawn:
    """Draw `size` texts that cover what all are about; the same seed draws the same ones.

    Parameters
    ----------
    texts
        Any number of texts; of each the first 4,000 signs and 256 words count.
    size
        How many to draw; fewer are drawn where fewer differ.

    Notes
    -----
    Near-duplicates are texts whose sets of three words in a row have a Jaccard index of 0.8 or
    more, estimated by 64 minima of hashes [1]_ and looked for among texts that share one of 16
    bands. Texts are weighed by tf-idf [2]_ and clustered by spherical k-means [3]_ with about
    sqrt(n / 2) clusters, fitted on 20,000 at most. Each cluster gets its share of the draw and
    one text at least; within it texts are taken at equal steps from its middle to its edge.

    References
    ----------
    .. [1] Broder, A. (1997). On the resemblance and containment of documents.
    .. [2] Salton, G. and Buckley, C. (1988). Term-weighting approaches in automatic text retrieval.
    .. [3] Dhillon, I. and Modha, D. (2001). Concept decompositions for large sparse text data.
    """
    own = distinct(texts)
    if not own or size < 1:
        return Drawn((), (), (), (), len(texts) - len(own))
    vectors, terms = _weigh([texts[at] for at in own])
    rng = np.random.default_rng(seed)
    labels, centres = _cluster(vectors, min(size, MOST_CLUSTERS), rng)
    sizes = np.bincount(labels, minlength=len(centres))
    quotas = _quotas(sizes, min(size, len(own)))
    closeness = np.take_along_axis(vectors @ centres.T, labels[:, None], axis=1)[:, 0]
    chosen, clusters = [], []
    for cluster, quota in enumerate(quotas):
        members = np.flatnonzero(labels == cluster)
        members = members[np.lexsort((members, -closeness[members]))]
        steps = np.linspace(0, len(members) - 1, quota).round().astype(int)
        taken = sorted(members[steps])
        chosen += [own[at] for at in taken]
        clusters += [cluster] * quota
    return Drawn(
        tuple(chosen),
        tuple(clusters),
        tuple(_named(centres, terms)),
        tuple(int(number) for number in sizes),
        len(texts) - len(own),
    )


def distinct(texts: Sequence[str]) -> list[int]:
    """Return the places of texts that are not near-duplicates of an earlier one, in order."""
    signatures = np.zeros((len(texts), _HASHES), dtype=np.uint32)
    for first in range(0, len(texts), _AT_ONCE):
        part = texts[first : first + _AT_ONCE]
        signatures[first : first + len(part)] = _signatures(part)
    bands = [_groups(signatures[:, start : start + _BAND]) for start in range(0, _HASHES, _BAND)]
    # Who stands for each group: the first text in it that was kept.
    holders = [np.full(groups.max(initial=0) + 1, -1, dtype=np.int32) for groups in bands]
    own: list[int] = []
    for at, signature in enumerate(signatures):
        near = {int(held[band[at]]) for held, band in zip(holders, bands, strict=True)} - {-1}
        if any((signatures[other] == signature).mean() >= ALIKE_FROM for other in near):
            continue
        own.append(at)
        for held, band in zip(holders, bands, strict=True):
            if held[band[at]] < 0:
                held[band[at]] = at
    return own


def _groups(part: NDArray[np.uint32]) -> NDArray[np.int32]:
    """Return a number for each row, the same for the same rows."""
    keys = np.ascontiguousarray(part).view(np.dtype((np.void, part.shape[1] * 4)))[:, 0]
    return np.unique(keys, return_inverse=True)[1].astype(np.int32)


def words_of(text: str) -> list[str]:
    """Return the first words of a text in small letters; pairs of signs where none are apart."""
    return list(_words(text))[:_MOST_WORDS]


def _words(text: str) -> Iterator[str]:
    for word in _WORD.findall(text[:_LOOKED_AT].casefold()):
        if _UNSPACED.search(word) and len(word) > 1:
            yield from (word[at : at + 2] for at in range(len(word) - 1))
        else:
            yield word


def _signatures(texts: Sequence[str]) -> NDArray[np.uint32]:
    hashes: list[int] = []
    starts: list[int] = []
    for text in texts:
        starts.append(len(hashes))
        words = words_of(text) or [text[:_LOOKED_AT]]
        last = max(1, len(words) - _SHINGLE + 1)
        hashes += {
            zlib.crc32(" ".join(words[at : at + _SHINGLE]).encode("utf-8", "replace"))
            for at in range(last)
        }
    rng = np.random.default_rng(0)
    found = np.empty((len(texts), _HASHES), dtype=np.uint32)
    values, places = np.array(hashes, dtype=np.uint64), np.array(starts)
    for at in range(_HASHES):
        factor, term = rng.integers(1, 2**63, size=2, dtype=np.uint64)
        mixed = ((values * (factor | np.uint64(1)) + term) >> np.uint64(32)).astype(np.uint32)
        found[:, at] = np.minimum.reduceat(mixed, places)
    return found


def _weigh(texts: Sequence[str]) -> tuple[sparse.csr_array, list[str]]:
    """Return texts as rows of tf-idf of length one, and the term of each column."""
    number: Counter[str] = Counter()
    for text in texts:
        number.update(set(words_of(text)))
    common = sorted(number.items(), key=lambda one: (-one[1], one[0]))[:_MOST_TERMS]
    terms = [term for term, _ in common]
    column = {term: at for at, term in enumerate(terms)}
    values, columns, starts = [], [], [0]
    for text in texts:
        for term, times in sorted(Counter(words_of(text)).items()):
            if term in column:
                columns.append(column[term])
                values.append(
                    (1 + np.log(times)) * (np.log((1 + len(texts)) / (1 + number[term])) + 1)
                    if term not in _STOP_WORDS
                    else 0.0
                )
        starts.append(len(columns))
    shape = (len(texts), max(1, len(terms)))
    found = sparse.csr_array((np.array(values, dtype=float), columns, starts), shape=shape)
    lengths = np.sqrt(np.asarray(found.multiply(found).sum(axis=1)).ravel())
    lengths[lengths == 0] = 1.0
    return sparse.csr_array(sparse.diags_array(1 / lengths) @ found), terms


def _cluster(
    vectors: sparse.csr_array, most: int, rng: np.random.Generator
) -> tuple[NDArray[np.intp], Floats]:
    """Return the cluster of each row and the centres; no cluster is empty."""
    count = vectors.shape[0]
    some = np.sort(rng.choice(count, min(count, _FITTED_ON), replace=False))
    fitted = sparse.csr_array(vectors[some])
    centres = _first_centres(fitted, max(1, min(most, round((count / 2) ** 0.5))), rng)
    labels = np.full(len(some), -1, dtype=np.intp)
    for _ in range(_ROUNDS):
        before, labels = labels, np.argmax(fitted @ centres.T, axis=1)
        if (labels == before).all():
            break
        ones = np.ones(len(some))
        of_cluster = sparse.csr_array(
            (ones, (labels, np.arange(len(some)))), shape=(len(centres), len(some))
        )
        sums = (of_cluster @ fitted).toarray()
        lengths = np.linalg.norm(sums, axis=1, keepdims=True)
        centres = np.where(lengths > 0, sums / np.where(lengths > 0, lengths, 1), centres)
    labels = np.argmax(vectors @ centres.T, axis=1)
    used, labels = np.unique(labels, return_inverse=True)
    return labels, centres[used]


def _first_centres(vectors: sparse.csr_array, most: int, rng: np.random.Generator) -> Floats:
    """Return rows that are far from each other, by k-means++."""
    count = vectors.shape[0]
    places = [int(rng.integers(count))]
    far = np.ones(count)
    while len(places) < most:
        last = vectors[[places[-1]]].toarray()[0]
        far = np.minimum(far, np.clip(1 - vectors @ last, 0, None))
        weights = np.where(far > 1e-9, far**2, 0)  # noqa: PLR2004 - what rounding leaves
        if weights.sum() == 0:
            break
        places.append(int(rng.choice(count, p=weights / weights.sum())))
    return np.asarray(vectors[places].toarray(), dtype=float)


def _quotas(sizes: NDArray[np.intp], size: int) -> list[int]:
    """Return how many of each cluster are drawn: its share, one at least, all it has at most."""
    wanted = sizes / sizes.sum() * size
    quotas = np.minimum(sizes, np.maximum(1, np.floor(wanted)).astype(int))
    while quotas.sum() > size:
        quotas[np.argmax(np.where(quotas > 0, quotas - wanted, -np.inf))] -= 1
    while quotas.sum() < size:
        quotas[np.argmax(np.where(quotas < sizes, wanted - quotas, -np.inf))] += 1
    return [int(number) for number in quotas]


def _named(centres: Floats, terms: Sequence[str]) -> list[str]:
    """Return the term that tells each cluster most from the others, each used once."""
    names: list[str] = []
    usual = centres.mean(axis=0)
    for centre in centres:
        telling = np.argsort(-(centre - usual / 2), kind="stable")[: 10 * len(centres)]
        fitting = (
            terms[at]
            for at in telling
            if at < len(terms) and centre[at] > 0 and _is_telling(terms[at])
        )
        names.append(next((term for term in fitting if term not in names), ""))
    return names


def _is_telling(term: str) -> bool:
    is_long = len(term) >= _SHORTEST_TERM or bool(_UNSPACED.search(term))
    return is_long and not any(sign.isdigit() for sign in term) and term not in _STOP_WORDS
