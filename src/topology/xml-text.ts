// Text of any kind -> text that may stand in an SVG.

/** Escapes; what may not stand in XML at all becomes U+FFFD. */
export function xmlText(text: string): string {
  // XML 1.0, 2.2: most control characters, half a surrogate pair and two non-characters may not even be written escaped.
  return text
    .replace(/[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}
