// What jQuery's plugins expect to find.
import jQuery from "jquery";

export default Object.assign(window, { jQuery, $: jQuery }).jQuery;
