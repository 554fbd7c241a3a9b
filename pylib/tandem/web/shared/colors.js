// @ts-check
// The colors that a system has, as style sheets name them.

export const COLORS = `Canvas CanvasText LinkText VisitedText ActiveText ButtonFace ButtonText ButtonBorder Field FieldText
  Highlight HighlightText SelectedItem SelectedItemText Mark MarkText GrayText AccentColor AccentColorText`.split(/\s+/);

/** The name by which the viewer wants them. */
export const SYSTEM = "colors";
