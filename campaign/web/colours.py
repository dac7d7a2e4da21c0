"""A campaign's one accent colour, made readable on light paper and on dark (WCAG 2.2, contrast 4.5 : 1)."""

import colorsys

PAPER = "#f5f2eb"
NIGHT = "#211f1c"
READABLE = 4.5
"""The grounds are --paper-deep of static/css/tokens.css, the harder of the two to read on."""
STEPS = 100


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two `#rrggbb` colours, 1 to 21 (WCAG 2.2, "contrast ratio")."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def readable(colour: str, ground: str) -> str:
    """Return the colour, darkened or lightened just as far as text on `ground` needs."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    goal = 0.0 if _luminance(ground) > 0.18 else 1.0
    for step in range(STEPS + 1):
        shade = lightness + (goal - lightness) * step / STEPS
        tried = _hex(colorsys.hls_to_rgb(hue, shade, saturation))
        if contrast(tried, ground) >= READABLE:
            return tried
    return "#000000" if goal == 0.0 else "#ffffff"


def on(colour: str) -> str:
    """Return black or white, whichever is easier to read on the colour."""
    return max("#ffffff", "#000000", key=lambda ink: contrast(ink, colour))


def style_sheet(colour: str) -> str:
    """Return the style sheet that sets the accent for both schemes."""
    light, dark = readable(colour, PAPER), readable(colour, NIGHT)
    night = f"@media (prefers-color-scheme:dark){{{_rule(dark, dark)}}}"
    return f"{_rule(light, light)}\n{night}\n"


def _rule(accent: str, text: str) -> str:
    return f":root{{--accent:{accent};--accent-text:{text};--accent-on:{on(accent)}}}"


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (one / 12.92 if one <= 0.04045 else ((one + 0.055) / 1.055) ** 2.4 for one in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
