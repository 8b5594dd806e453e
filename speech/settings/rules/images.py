"""The images: each named once, known to the catalogue, and the same tomorrow."""

from collections.abc import Iterator

from speech.catalog import tags as tag_facts
from speech.catalog.kinds import kind
from speech.settings.acknowledge import at_own_risk, unknown_to_the_catalogue
from speech.settings.containers import Container
from speech.settings.draft import Draft
from speech.settings.faults import Finding


def an_image_is_named_once(draft: Draft) -> Iterator[Finding]:
    """version, tag, digest and image are four ways to name one image."""
    for path, container in draft.named():
        ways = [way for way in ("version", "tag", "digest", "image") if getattr(container, way) is not None]
        if not ways and not kind(container.kind).once:
            yield Finding(f"{path}.version", _which_version(container))
        elif len(ways) > 1:
            yield Finding(f"{path}.{ways[1]}", f"names the image again: {' and '.join(ways)} exclude each other")


def _which_version(container: Container) -> str:
    newest = tag_facts.tags(container.kind).newest
    hint = f", as in  version: {newest}" if newest else ""
    return f"missing. Name the image by version (or tag, digest, image){hint}"


def the_image_is_in_the_catalogue(draft: Draft) -> Iterator[Finding]:
    """An image that does not exist leaves pods waiting for ever; the catalogue may be older than the image."""
    for path, container in draft.named():
        word, tag = _tag(container)
        known = tag_facts.tags(container.kind)
        if tag is None or known.known(tag):
            continue
        message, word = _what_is_unknown(known, container, word, tag)
        yield from unknown_to_the_catalogue(draft, f"{path}.{word}", message, "unknown-tag")


def _tag(container: Container) -> tuple[str, str | None]:
    """The word that names the tag, and the tag; none where it is not the vendor's, or cannot be formed."""
    needs = kind(container.kind).needs
    if container.version is None:
        return "tag", container.tag
    if ("locale" in needs and container.locale is None) or ("voice" in needs and container.voice is None):
        return "version", None
    return "version", tag_facts.image_tag(container.kind, container.version, container.locale, container.voice)


def _what_is_unknown(known: tag_facts.Tags, container: Container, word: str, tag: str) -> tuple[str, str]:
    locale, voice = container.locale, container.voice
    if word == "version" and locale and locale.lower() not in map(str.lower, known.locales()):
        near, word = known.nearest_locale(locale), "locale"
        message = f'"{locale}" is no locale of {known.kind} in the catalogue of {known.as_of}.'
    elif word == "version" and locale and voice and not _has_voice(known, locale, voice):
        near, word = known.nearest_voice(locale, voice), "voice"
        message = f'"{voice}" is no voice of {locale} in the catalogue of {known.as_of}.'
    else:
        unknown = container.version if container.version not in known.by_version else None
        near = known.nearest_version(unknown) if unknown else None
        message = f'the tag "{tag}" is not in the catalogue of {known.as_of}.'
    return message + (f' Did you mean "{near}"?' if near else ""), word


def _has_voice(known: tag_facts.Tags, locale: str, voice: str) -> bool:
    plain = known.ssml_voice(locale, voice)
    return plain in {known.ssml_voice(locale, each) for each in known.voices(locale)}


def latest_speaks_one_language(draft: Draft) -> Iterator[Finding]:
    """The tag `latest` is one locale and voice, whatever the file says: another would never be served."""
    for path, container in draft.named():
        known = tag_facts.tags(container.kind)
        means = known.latest_means
        if container.tag != tag_facts.LATEST:
            continue
        for word, meant in (("locale", means.locale), ("voice", means.voice)):
            given = getattr(container, word)
            if meant and given and not _same(known, meant, given):
                yield Finding(
                    f"{path}.{word}", f'is "{given}", but the tag latest is {meant}: write  version: ...  for {given}'
                )


def _same(known: tag_facts.Tags, meant: str, given: str) -> bool:
    """One locale or voice, or a group of locales that has one image."""
    return known.group_of(given).lower() == known.group_of(meant).lower()


def a_tag_speaks_the_containers_language(draft: Draft) -> Iterator[Finding]:
    """A tag names a locale of its own; the file's would be believed, and not be served."""
    for path, container in draft.named():
        known = tag_facts.tags(container.kind)
        tag, locale = container.tag, container.locale
        if tag is None or locale is None or tag == tag_facts.LATEST or tag not in known.by_tag:
            continue
        if f"-{known.group_of(locale).lower()}" not in f"-{tag}":
            yield Finding(f"{path}.locale", f'is "{locale}", but the tag is {tag}: change one of the two')
        elif container.voice and not _speaks(known, tag, locale, container.voice):
            yield Finding(f"{path}.voice", f'is "{container.voice}", but the tag is {tag}: change one of the two')


def _speaks(known: tag_facts.Tags, tag: str, locale: str, voice: str) -> bool:
    return f"-{known.ssml_voice(locale, voice)}-".lower() in f"{tag}-"


def production_images_stay_the_same(draft: Draft) -> Iterator[Finding]:
    """Behind `latest` stands another image tomorrow, which pods get when they move."""
    if not draft.is_prod:
        return
    for path, container in draft.named():
        tag = container.image.tag if container.image else container.tag
        if tag == tag_facts.LATEST and not kind(container.kind).once:
            word = "image.tag" if container.image else "tag"
            message = '"latest" is another image tomorrow: write  version: ...'
            yield from at_own_risk(draft, f"{path}.{word}", message, "floating-tag")


RULES = (
    an_image_is_named_once,
    the_image_is_in_the_catalogue,
    latest_speaks_one_language,
    a_tag_speaks_the_containers_language,
    production_images_stay_the_same,
)
