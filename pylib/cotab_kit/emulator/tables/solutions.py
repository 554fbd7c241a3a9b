"""Solutions and what they are made of: publishers, components, web resources, environment variables, jobs.

Columns as in Dataverse's table reference, as far as clients look at them.
"""

from __future__ import annotations

from cotab_kit.emulator.schema import (
    COMPONENT,
    OWNED,
    STATE,
    SYSTEM,
    Attribute,
    Entity,
    OnDelete,
    Required,
    Type,
    choice,
    date,
    guid,
    lookup,
    managed_property,
    read_only,
    text,
    whole,
    yes_no,
)

MAX_TEXT = 1_073_741_823

WEB_RESOURCE_TYPES = {
    1: "Webpage (HTML)",
    2: "Style Sheet (CSS)",
    3: "Script (JScript)",
    4: "Data (XML)",
    5: "PNG format",
    6: "JPG format",
    7: "GIF format",
    8: "Silverlight (XAP)",
    9: "Style Sheet (XSL)",
    10: "ICO format",
    11: "Vector format (SVG)",
    12: "String (RESX)",
}
JOB_STATES = {0: "Ready", 1: "Suspended", 2: "Locked", 3: "Completed"}
JOB_REASONS = {
    0: "Waiting For Resources",
    10: "Waiting",
    20: "In Progress",
    21: "Pausing",
    22: "Canceling",
    30: "Succeeded",
    31: "Failed",
    32: "Canceled",
}
VARIABLE_TYPES = {
    100000000: "String",
    100000001: "Number",
    100000002: "Boolean",
    100000003: "JSON",
    100000004: "Data Source",
    100000005: "Secret",
}

PUBLISHER = Entity(
    "publisher",
    "publishers",
    "Publisher",
    (
        guid("publisherid", Required.SYSTEM),
        text("uniquename", 256, Required.SYSTEM),
        text("friendlyname", 256, Required.SYSTEM),
        text("customizationprefix", 8, Required.SYSTEM),
        whole("customizationoptionvalueprefix", Required.SYSTEM),
        text("description", 2000),
        text("emailaddress", 100),
        text("supportingwebsiteurl", 200),
        yes_no("isreadonly", writable=False),
        *SYSTEM,
    ),
    primary_name="friendlyname",
    privilege="Publisher",
)

SOLUTION = Entity(
    "solution",
    "solutions",
    "Solution",
    (
        guid("solutionid", Required.SYSTEM),
        text("uniquename", 65, Required.SYSTEM),
        text("friendlyname", 256, Required.SYSTEM),
        text("version", 256, Required.SYSTEM),
        text("description", 2000),
        lookup(
            "publisherid",
            "publisher",
            collection="publisher_solution",
            on_delete=OnDelete.RESTRICT,
            required=Required.SYSTEM,
        ),
        lookup("configurationpageid", "webresource", collection="solution_configuration_webresource"),
        yes_no("ismanaged", writable=False),
        yes_no("isvisible", default=True, writable=False),
        date("installedon"),
        date("updatedon"),
        *SYSTEM,
    ),
    primary_name="friendlyname",
    privilege="Solution",
)

SOLUTION_COMPONENT = Entity(
    "solutioncomponent",
    "solutioncomponents",
    "Solution Component",
    (
        guid("solutioncomponentid", Required.SYSTEM),
        whole("componenttype"),
        guid("objectid"),
        lookup("solutionid", "solution", collection="solution_solutioncomponent"),
        choice("rootcomponentbehavior", {0: "Include Subcomponents", 1: "Do not include", 2: "Shell only"}),
        yes_no("ismetadata"),
        *SYSTEM,
    ),
    primary_name="",
    privilege="Solution",
    writable=False,
)

COMPONENT_DEFINITION = Entity(
    "solutioncomponentdefinition",
    "solutioncomponentdefinitions",
    "Solution Component Definition",
    (
        guid("solutioncomponentdefinitionid", Required.SYSTEM),
        whole("solutioncomponenttype"),
        whole("objecttypecode"),
        text("name", 128),
        text("primaryentityname", 128),
        *SYSTEM,
    ),
    primary_name="name",
    privilege="Solution",
    writable=False,
)

WEB_RESOURCE = Entity(
    "webresource",
    "webresourceset",
    "Web Resource",
    (
        guid("webresourceid", Required.SYSTEM),
        text("name", 256, Required.SYSTEM),
        text("displayname", 200),
        text("description", 2000),
        choice("webresourcetype", WEB_RESOURCE_TYPES, Required.SYSTEM),
        text("content", MAX_TEXT),
        text("dependencyxml", 5000),
        text("introducedversion", 48),
        whole("languagecode"),
        text("silverlightversion", 20),
        yes_no("isavailableformobileoffline"),
        yes_no("isenabledformobileclient"),
        managed_property("canbedeleted"),
        managed_property("ishidden"),
        *COMPONENT,
        *SYSTEM,
    ),
    primary_name="name",
    component_type=61,
    privilege="WebResource",
)

VARIABLE = Entity(
    "environmentvariabledefinition",
    "environmentvariabledefinitions",
    "Environment Variable Definition",
    (
        guid("environmentvariabledefinitionid", Required.SYSTEM),
        text("schemaname", 100, Required.SYSTEM),
        text("displayname", 100, Required.APPLICATION),
        text("description", 2000),
        text("defaultvalue", 2000),
        text("hint", 2000),
        text("introducedversion", 48),
        text("apiid", 500),
        text("parameterkey", 500),
        lookup(
            "parentdefinitionid",
            "environmentvariabledefinition",
            "ParentDefinitionId",
            collection="envdefinition_envdefinition",
            on_delete=OnDelete.CASCADE,
        ),
        text("valueschema", 2000),
        yes_no("isrequired"),
        choice("secretstore", {0: "Azure Key Vault", 1: "Microsoft Dataverse"}, default=0),
        choice("type", VARIABLE_TYPES, Required.APPLICATION, 100000000),
        *STATE,
        *COMPONENT,
        *OWNED,
        *SYSTEM,
    ),
    primary_name="schemaname",
    keys=("schemaname",),
    component_type=380,
    user_owned=True,
    privilege="EnvironmentVariableDefinition",
)

VARIABLE_VALUE = Entity(
    "environmentvariablevalue",
    "environmentvariablevalues",
    "Environment Variable Value",
    (
        guid("environmentvariablevalueid", Required.SYSTEM),
        text("schemaname", 100),
        text("value", 2000),
        text("introducedversion", 48),
        lookup(
            "environmentvariabledefinitionid",
            "environmentvariabledefinition",
            "EnvironmentVariableDefinitionId",
            collection="environmentvariabledefinition_environmentvariablevalue",
            on_delete=OnDelete.CASCADE,
            required=Required.APPLICATION,
        ),
        *STATE,
        *COMPONENT,
        *OWNED,
        *SYSTEM,
    ),
    primary_name="schemaname",
    component_type=381,
    user_owned=True,
    privilege="EnvironmentVariableValue",
)

IMPORT_JOB = Entity(
    "importjob",
    "importjobs",
    "Import Job",
    (
        guid("importjobid", Required.SYSTEM),
        text("name", 160),
        text("solutionname", 256),
        guid("solutionid"),
        text("importcontext", 256),
        text("operationcontext", 256),
        text("data", MAX_TEXT),
        Attribute("progress", Type.DOUBLE),
        date("startedon"),
        date("completedon"),
        *SYSTEM,
    ),
    primary_name="solutionname",
    privilege="ImportJob",
    writable=False,
)

ASYNC_OPERATION = Entity(
    "asyncoperation",
    "asyncoperations",
    "System Job",
    (
        guid("asyncoperationid", Required.SYSTEM),
        text("name", 256),
        whole("operationtype"),
        text("messagename", 160),
        text("message", MAX_TEXT),
        text("friendlymessage", MAX_TEXT),
        whole("errorcode"),
        *read_only(
            Attribute("statecode", Type.STATE, Required.SYSTEM, choices=JOB_STATES, default=0),
            Attribute("statuscode", Type.STATUS, choices=JOB_REASONS, default=0),
        ),
        date("startedon"),
        date("completedon"),
        *SYSTEM,
    ),
    primary_name="name",
    privilege="AsyncOperation",
    writable=False,
)

ENTITIES = (
    PUBLISHER,
    SOLUTION,
    SOLUTION_COMPONENT,
    COMPONENT_DEFINITION,
    WEB_RESOURCE,
    VARIABLE,
    VARIABLE_VALUE,
    IMPORT_JOB,
    ASYNC_OPERATION,
)
