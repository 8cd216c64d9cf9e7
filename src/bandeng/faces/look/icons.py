"""Shapes drawn in a 20 × 20 box with lines; a few strokes each, so that they hold at 16 px and in grey print."""

ICONS = {
    # shapes of states: each differs in outline, not only in colour
    "waiting": '<circle cx="10" cy="10" r="7"/>',
    "working": '<circle cx="10" cy="10" r="7"/><path d="M10 3a7 7 0 0 1 0 14z" fill="currentColor"/>',
    "done": '<circle cx="10" cy="10" r="8" fill="currentColor" stroke="none"/>'
    '<path class="icon__cut" d="m6 10.3 2.8 2.8L14 7.6"/>',
    "late": '<path d="M10 2.5 18.5 17h-17z" fill="currentColor"/><path class="icon__cut" d="M10 8v4.2M10 14.3v.6"/>',
    "soon": '<path d="M5.5 2.5h9M5.5 17.5h9"/>'
    '<path d="M6.5 2.5c0 4 3.5 5 3.5 7.5s-3.5 3.5-3.5 7.5m7-15c0 4-3.5 5-3.5 7.5s3.5 3.5 3.5 7.5"/>',
    "stopped": '<rect x="3" y="3" width="14" height="14" rx="2"/><path d="M6.5 10h7"/>',
    "moved": '<path d="M2.5 10h13m-5-5.5L16 10l-5.5 5.5"/>',
    "talk": '<path d="M3 4h14v9.5H9L5 17v-3.5H3z"/>',
    # signs
    "info": '<circle cx="10" cy="10" r="7.5"/><path d="M10 9v5M10 6v.6"/>',
    "phone": "<path "
    'd="M6.5 2.8 3.6 4.2C3.6 11 9 16.4 15.8 16.4l1.4-2.9-3.8-2.2-1.8 1.8c-2-.9-3.8-2.7-4.7-4.7l1.8-1.8z"/>',
    "counter": '<circle cx="10" cy="5" r="2.7"/><path d="M5 12.5c0-5 10-5 10 0M2 12.5h16M4 12.5V17.5m12-5v5"/>',
    "print": '<path d="M6 7V3h8v4M6 14H3V7h14v7h-3M6 11.5h8V17H6z"/>',
    "copy": '<path d="M7 7h10v10H7zM13 7V3H3v10h4"/>',
    "search": '<circle cx="8.5" cy="8.5" r="5.5"/><path d="m12.7 12.7 4.8 4.8"/>',
    "forward": '<path d="m7.5 4 6 6-6 6"/>',
    "back": '<path d="m12.5 4-6 6 6 6"/>',
    "down": '<path d="m4 7.5 6 6 6-6"/>',
    "close": '<path d="m4.5 4.5 11 11m0-11-11 11"/>',
    "external": '<path d="M11 3h6v6m0-6-8 8M8 4H3v13h13v-5"/>',
    "paper": '<path d="M5 2.5h7l3.5 3.5v11.5H5zM8 9.5h5M8 13h5"/>',
    "text": '<path d="M2 16.5 6.5 5 11 16.5M3.5 13h6M13 7h5m-2.5 0v9.5"/>',
}
