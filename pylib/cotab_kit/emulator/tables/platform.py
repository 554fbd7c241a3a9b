"""Tables of every environment: the organization, its users, notes, and the description of its own tables.

The metadata is a table like the others, so that $select and $filter work on it; its columns have capital letters there.
"""

from __future__ import annotations

from dataclasses import replace

from cotab_kit.emulator.schema import (
    OWNED,
    SYSTEM,
    Attribute,
    Entity,
    Required,
    Type,
    guid,
    label,
    lookup,
    read_only,
    text,
    whole,
    yes_no,
)

DEFAULT_UPLOAD_LIMIT = 5 * 1024 * 1024
GREATEST_LIMIT = 131_072 * 1024  # which an administrator can set

ORGANIZATION = Entity(
    "organization",
    "organizations",
    "Organization",
    (
        *read_only(guid("organizationid", Required.SYSTEM), text("name", 160)),
        Attribute("maxuploadfilesize", Type.INTEGER, default=DEFAULT_UPLOAD_LIMIT),
        whole("languagecode", default=1033),
        yes_no("iscontentsecuritypolicyenabled"),
        yes_no("iscontentsecuritypolicyenabledforcanvas"),
        text("contentsecuritypolicyconfiguration", 4000),
        text("contentsecuritypolicyreporturi", 4000),
        *SYSTEM,
    ),
    primary_name="name",
    privilege="Organization",
)

BUSINESS_UNIT = Entity(
    "businessunit",
    "businessunits",
    "Business Unit",
    (guid("businessunitid", Required.SYSTEM), text("name", 160), *SYSTEM),
    primary_name="name",
    privilege="BusinessUnit",
    writable=False,
)

USER = Entity(
    "systemuser",
    "systemusers",
    "User",
    (
        guid("systemuserid", Required.SYSTEM),
        text("fullname", 200),
        text("domainname", 1024),
        text("internalemailaddress", 100),
        guid("azureactivedirectoryobjectid"),
        lookup("businessunitid", "businessunit"),
        yes_no("isdisabled"),
        *SYSTEM,
    ),
    primary_name="fullname",
    privilege="User",
    writable=False,
)


def _party(name: str, set_id: str = "") -> Entity:
    """Describe a table that a note can be attached to, with no more than that needs."""
    main = "title" if name == "incident" else "name" if name == "account" else "fullname"
    return Entity(
        name,
        f"{name}s",
        name.capitalize(),
        (guid(f"{name}id", Required.SYSTEM), text(main, 200), *OWNED, *SYSTEM),
        primary_name=main,
        user_owned=True,
        privilege=name.capitalize(),
        id_name=set_id,
    )


PARTIES = (_party("account"), _party("contact"), _party("incident"))

NOTED = ("account", "contact", "incident", "msdyn_ocliveworkitem")

# A note's lookup points to one of many tables: written under one name for each, read under one for all (records.py).
NOTE = Entity(
    "annotation",
    "annotations",
    "Note",
    (
        guid("annotationid", Required.SYSTEM),
        text("subject", 500),
        text("notetext", 100_000),
        text("filename", 255),
        text("mimetype", 256),
        text("documentbody", 1_073_741_823),
        text("langid", 2),
        yes_no("isdocument"),
        Attribute("objectid", Type.LOOKUP, writable=False),
        text("objecttypecode", 128, writable=False),
        *(
            replace(lookup(f"objectid_{target}", target, collection=f"{target}_Annotations"), hidden=True)
            for target in NOTED
        ),
        *OWNED,
        *SYSTEM,
    ),
    primary_name="subject",
    user_owned=True,
    privilege="Note",
)

METADATA = Entity(
    "EntityMetadata",
    "EntityDefinitions",
    "Entity",
    (
        guid("MetadataId", Required.SYSTEM),
        text("LogicalName", 128),
        text("SchemaName", 128),
        text("EntitySetName", 128),
        text("LogicalCollectionName", 128),
        text("PrimaryIdAttribute", 128),
        text("PrimaryNameAttribute", 128),
        text("OwnershipType", 64),
        whole("ObjectTypeCode"),
        yes_no("IsSolutionAware"),
        yes_no("IsCustomEntity"),
        yes_no("IsManaged"),
        yes_no("IsOptimisticConcurrencyEnabled", default=True),
        label("DisplayName"),
        label("DisplayCollectionName"),
        label("Description"),
        text("TableType", 64),
        *(yes_no(name) for name in ("IsActivity", "IsIntersect", "IsPrivate", "IsLogicalEntity")),
    ),
    primary_name="LogicalName",
    keys=("LogicalName",),
    privilege="Entity",
    writable=False,
    id_name="MetadataId",
)

# Which messages a table has, as clients ask before they send many rows at once. Columns: Microsoft's reference of
# sdkmessage and sdkmessagefilter, as far as clients look at them.
MESSAGE = Entity(
    "sdkmessage",
    "sdkmessages",
    "Sdk Message",
    (guid("sdkmessageid", Required.SYSTEM), text("name", 256)),
    primary_name="name",
    privilege="SdkMessage",
    writable=False,
)

MESSAGE_FILTER = Entity(
    "sdkmessagefilter",
    "sdkmessagefilters",
    "Sdk Message Filter",
    (
        guid("sdkmessagefilterid", Required.SYSTEM),
        lookup("sdkmessageid", "sdkmessage", collection="sdkmessageid_sdkmessagefilter"),
        text("primaryobjecttypecode", 128),
        text("secondaryobjecttypecode", 128),
    ),
    primary_name="primaryobjecttypecode",
    privilege="SdkMessage",
    writable=False,
)

ENTITIES = (ORGANIZATION, BUSINESS_UNIT, USER, *PARTIES, NOTE, METADATA, MESSAGE, MESSAGE_FILTER)
