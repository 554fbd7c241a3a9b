// @ts-check
// PyScript's table of plugins, empty: the editor, the terminal and what shows errors in the page are left out of the
// tab. The bundle takes this in place of PyScript's own table.

export default {};
