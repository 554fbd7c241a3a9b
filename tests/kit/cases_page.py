"""Documented behaviors of Dataverse and Omnichannel, the tests of each, and the table of them in dataverse.md.

The table is made from here, and renewed by

    cd tests
    ../.venv/bin/python -m kit.cases_page
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cotab_kit.layout import source_root

ROOT = source_root() or Path()
PAGE = ROOT / "docs" / "internals" / "dataverse.md"
PART = re.compile(r"(<!-- made from the tests -->\n).*?(<!-- end -->)", re.DOTALL)
PACKAGES, SOLUTIONS, CASES_OF_PACKAGES, STAGING, ACTIONS = (
    f"emulator/test_emulator_{name}.py" for name in ("packages", "solutions", "cases_packages", "staging", "actions")
)
WEB_API, ROWS, CASES, FETCHXML, QUERIES = (
    f"emulator/test_emulator_{name}.py" for name in ("web_api", "rows", "cases", "fetchxml", "queries")
)
BATCH, HOSTILE, EXPORT, RESOURCES, FAULTS = (
    f"emulator/test_emulator_{name}.py" for name in ("batch", "hostile", "export", "webresources", "faults")
)
DATA, ROUTES = "kit/desktop/test_data_packages.py", "kit/desktop/test_desktop_routes.py"
TOP, UPLOAD, VIOLATIONS = (f"desktop/test_{name}.py" for name in ("top_window", "a_provider_by_upload", "violations"))
CLIENT, CONTEXT, POLICIES = "kit/deploy/test_deploy_client.py", "unit/test_context.py", "browser/test_policies.py"


@dataclass(frozen=True)
class Case:
    """A documented behavior: what it is about, the tests of it by file, and what is different or left out, if anything.

    `refused` is the reason why the emulator refuses all of it in its own name.
    """

    about: str
    tests: dict[str, str]
    besides: str = ""
    refused: str = ""


LISTED: dict[int, Case] = {
    1: Case(
        "a package that lacks something",
        {
            STAGING: "staging_says_what_is_missing what_was_staged_is_imported_by_its_id",
            CASES_OF_PACKAGES: "an_import_that_lacks_something_stops_early_and_is_completed",
            SOLUTIONS: "what_another_solution_needs_stays",
        },
    ),
    2: Case(
        "a managed package over an unmanaged solution",
        {
            SOLUTIONS: "managed_and_unmanaged_do_not_mix",
            PACKAGES: "an_upgrade_is_of_managed_solutions_and_to_a_higher_version",
        },
    ),
    3: Case("an unmanaged package over a managed solution", {SOLUTIONS: "managed_and_unmanaged_do_not_mix"}),
    4: Case(
        "a managed package over a component made by hand",
        {PACKAGES: "a_managed_solution_does_not_cover_what_was_made_by_hand"},
    ),
    5: Case(
        "another publisher, prefix or spelling of a solution",
        {
            SOLUTIONS: "a_publisher_is_not_exchanged",
            CASES_OF_PACKAGES: "a_publisher_keeps_its_solution_and_its_prefix capital_letters_make_no_other_solution",
        },
    ),
    6: Case(
        "versions",
        {
            SOLUTIONS: "an_upgrade_needs_a_base_and_a_higher_version",
            CASES_OF_PACKAGES: "versions_are_compared_number_by_number",
        },
        "a plain import may lower the version, as nothing says that it does not",
    ),
    7: Case(
        "an upgrade that is held",
        {
            SOLUTIONS: "an_upgrade_may_be_held_and_applied_later an_upgrade_that_cannot_be_applied_stays_held",
            PACKAGES: "a_plain_import_waits_for_the_upgrade_that_is_held",
        },
    ),
    8: Case(
        "uninstalling what others need",
        {
            SOLUTIONS: "what_an_administrator_built_on_a_solution_keeps_it_there "
            "only_what_is_installed_can_be_uninstalled",
            PACKAGES: "a_dependency_counts_where_neither_end_has_a_table",
            CLIENT: "widgets_that_have_the_provider_chosen_stop_an_uninstallation",
        },
    ),
    9: Case(
        "files that are no solution",
        {
            HOSTILE: "a_package_that_is_not_in_order_is_refused_and_nothing_is_written",
            PACKAGES: "packages_of_crm_2011_and_of_later_versions_are_refused",
        },
    ),
    10: Case(
        "limits of web resources",
        {
            RESOURCES: "a_web_resource_obeys_the_rules_of_its_table",
            HOSTILE: "a_web_resource_is_not_larger_than_the_org_allows",
            CASES_OF_PACKAGES: "the_limit_of_the_org_is_that_of_a_web_resource",
            PACKAGES: "a_package_may_bring_names_with_hyphens_and_any_prefix",
        },
        "the base64 is measured, the stricter reading",
    ),
    11: Case(
        "export",
        {
            EXPORT: "what_was_imported_comes_out_again what_cannot_be_exported_is_refused",
            CASES_OF_PACKAGES: "what_cannot_be_exported_has_its_own_error",
        },
    ),
    12: Case(
        "jobs",
        {
            SOLUTIONS: "an_import_reports_to_its_job only_one_solution_is_imported_at_a_time "
            "a_failed_import_leaves_nothing_but_its_report",
            PACKAGES: "nothing_is_published_during_an_import",
        },
    ),
    13: Case(
        "environment variables in packages",
        {
            PACKAGES: "a_packaged_value_wins_over_an_administrators",
            CASES_OF_PACKAGES: "only_an_upgrade_takes_a_packaged_value_away",
            ACTIONS: "a_value_is_given_with_the_import "
            "a_given_value_wins_over_the_package_and_the_next_package_over_it",
        },
    ),
    14: Case(
        "navigation properties and `@odata.bind`",
        {
            CASES: "navigation_properties_have_capitals_and_are_bound_in_many_ways",
            ROWS: "links_are_set_and_cut_by_reference",
        },
    ),
    15: Case("what is not found", {CASES: "what_is_not_found_is_said_in_four_ways"}),
    16: Case("properties that are not there", {CASES: "a_property_that_is_not_there_is_refused"}),
    17: Case(
        "conditional requests",
        {
            CASES: "conditions_on_versions_are_kept",
            WEB_API: "a_row_that_a_client_has_is_not_sent_again_but_with_annotations",
        },
    ),
    18: Case(
        "alternate keys",
        {
            CASES: "alternate_keys_may_hold_any_text a_second_row_with_a_key_is_refused "
            "a_key_in_the_body_counts_only_where_a_row_is_made",
            WEB_API: "many_rows_are_upserted_by_key",
        },
        "no table here has a key of two columns",
    ),
    19: Case(
        "pages",
        {
            CASES: "pages_are_no_larger_than_asked_for_and_top_does_not_count_then "
            "a_token_of_a_page_may_come_back_encoded_anew",
            WEB_API: "pages_follow_each_other_while_rows_go",
        },
        "`$expand` with `$top` is taken, as Microsoft's reference of retrieveMultipleRecords has it",
    ),
    20: Case("counting", {WEB_API: "no_more_than_five_thousand_rows_are_counted"}),
    21: Case(
        "FetchXML",
        {
            FETCHXML: "conditions_find_what_they_say pages_follow_each_other links_are_joined "
            "links_may_ask_for_rows_without_their_columns rows_are_summed_up what_is_no_query_is_refused"
        },
        "not here: fiscal periods, hierarchies",
    ),
    22: Case(
        "`$filter`",
        {WEB_API: "conditions_of_dataverse_find_what_they_say", QUERIES: "filters_find_what_they_say"},
        "not here: fiscal periods, hierarchies",
    ),
    23: Case(
        "`$batch`",
        {
            BATCH: "requests_are_done_in_order a_change_set_happens_all_or_not_at_all "
            "the_first_failure_ends_the_batch_unless_it_may_go_on line_ends_are_crlf_or_two_others_end_the_body "
            "what_is_no_batch_is_refused"
        },
    ),
    24: Case(
        "metadata",
        {
            WEB_API: "metadata_tells_options_and_relationships",
            CASES: "clients_ask_which_messages_a_table_has a_tables_texts_are_read_and_changed_by_put",
        },
        "not here: changes of more than a table's texts",
    ),
    25: Case(
        "values",
        {
            CASES: "values_are_checked a_state_brings_its_reason a_state_and_its_reason_belong_together "
            "the_columns_of_omnichannel_hold_what_their_reference_says a_text_with_half_a_character_is_no_json",
            WEB_API: "errors_say_more_when_asked",
            PACKAGES: "lengths_count_utf_16_units",
        },
    ),
    26: Case(
        "throttling and identity",
        {
            CASES: "whoever_acts_for_another_may_do_what_both_may "
            "a_new_component_is_put_into_the_solution_that_is_named",
            ROWS: "an_org_may_insist_on_signing_in",
            FAULTS: "a_refusal_comes_instead_of_the_org",
        },
    ),
    27: Case(
        "data packages",
        {
            DATA: "a_row_is_found_by_the_columns_that_are_compared lookups_may_lead_to_rows_that_come_later_or_never "
            "whoever_imports_stands_in_for_an_owner_whom_the_org_lacks texts_are_escaped_twice_and_yes_or_no_is_a_word "
            "dates_come_in_both_forms what_is_not_here_is_listed_and_not_fatal "
            "rows_of_ours_are_found_by_their_ids_whatever_they_are_called public_data_packages_are_taken"
        },
        "tables that are not here are listed, where the tool ends",
    ),
    28: Case(
        "`Xrm` on the window",
        {TOP: "a_tab_uses_what_dynamics_puts_on_the_window xrm_is_on_the_top_window_alone"},
        "not here: ClientGlobalContext.js.aspx",
    ),
    29: Case(
        "the parameter `data`",
        {
            RESOURCES: "the_address_with_the_token_may_be_kept_for_long",
            UPLOAD: "switches_make_it_another_omnichannel",
            CONTEXT: "data_may_be_encoded_once_or_twice_or_not_at_all unusable_data_is_refused_with_a_code "
            "a_plus_sign_is_itself_where_that_makes_sense",
            TOP: "a_tab_by_its_unique_name_is_given_what_a_map_says",
        },
        "slugs are left as they are, and the desktop says so",
    ),
    30: Case(
        "switching tabs",
        {
            VIOLATIONS: "a_right_tab_is_left_in_peace a_tab_that_never_says_it_has_ended",
            TOP: "conversations_keep_their_tabs_and_their_story",
        },
    ),
    31: Case(
        "caching, paths and policies of web resources",
        {
            RESOURCES: "what_is_written_is_seen_once_it_is_published the_address_with_the_token_may_be_kept_for_long "
            "policies_are_as_documented",
            POLICIES: "where_wasm_is_forbidden_the_directive_is_named "
            "where_eval_is_forbidden_a_pyscript_page_starts_on_pyodide",
        },
    ),
    32: Case(
        "Microsoft.Omnichannel and Microsoft.Apm",
        {TOP: "a_tab_uses_what_dynamics_puts_on_the_window a_tab_by_its_unique_name_is_given_what_a_map_says"},
    ),
    33: Case(
        "providers, actions and widgets",
        {
            UPLOAD: "an_administrator_installs_chooses_orders_and_uninstalls switches_make_it_another_omnichannel",
            TOP: "other_kinds_of_actions_send_and_call",
            CLIENT: "a_slash_command_of_others_stops_an_installation",
        },
    ),
}


def renewed(page: str) -> str:
    """Put the table into the page as it is here now."""
    head = ["| | about | the local org | tests |", "|---|---|---|---|"]
    rows = [_row(number, case) for number, case in LISTED.items()]
    table = "\n".join([*head, *rows])
    return PART.sub(lambda found: f"{found[1]}\n{table}\n\n{found[2]}", page)


def _row(number: int, case: Case) -> str:
    answer = f"refused in the emulator's own name: {case.refused}" if case.refused else "same"
    answer += f"; {case.besides}" if case.besides else ""
    files = ", ".join(f"`{Path(file).stem}`" for file in case.tests)
    return f"| {number} | {case.about} | {answer} | {files} |"


def missing(case: Case) -> Iterator[str]:
    """Yield the tests of a case that are not there."""
    for file, names in case.tests.items():
        there = _tests(ROOT / "tests" / file)
        yield from (f"{file}::test_{name}" for name in names.split() if f"test_{name}" not in there)


def _tests(path: Path) -> set[str]:
    """Return the names of a file's tests."""
    tree = ast.parse(path.read_text("utf-8")) if path.is_file() else ast.Module([], [])
    return {each.name for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def main() -> None:
    """Renew the page."""
    PAGE.write_text(renewed(PAGE.read_text("utf-8")), "utf-8", newline="\n")


if __name__ == "__main__":
    main()
