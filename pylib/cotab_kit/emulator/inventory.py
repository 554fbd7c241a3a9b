"""What Microsoft has installed in an org with Omnichannel and the base apps: solutions, and the apps that bring them.

A package says of a component which solution has it and which apps bring that one, so either name will do. The evidence
for an entry is its version: the newest that a public package names as required (seen). An entry without one is known
by its name alone, no package at hand names it (inferred, from general knowledge of such orgs). That everything here is
in every such org is inferred as well. Field Service, Project Service, Finance and Operations, trials and add-ons are
not among them.
"""

from __future__ import annotations

SOLUTIONS = {
    "ActivityFeeds": "",
    "ActivityFeedsCore": "9.0.0.0005",
    "AppModuleWebResources": "2.5",
    "AppNotifications": "",
    "BaseCustomControlsCore": "9.0.2510.2011",
    "ChannelIntegrationFramework": "",
    "CustomControlsCore": "9.0.0002.1719",
    "EnvironmentVariables": "",
    "OCBaseURBase": "1.0.0.3794",
    "OmnichannelBase": "1.10.0.81",
    "PowerAI": "",
    "PowerAppsChecker": "",
    "msdyn_AISolution": "202308.3.15.1",
    "msdyn_AISolutionDeprecatedTemplates": "202308.3.15.1",
    "msdyn_AppFrameworkInfraExtensions": "1.0.0.15",
    "msdyn_CIFrameworkPatch": "9.2.24043.2005",
    "msdyn_OmnichannelBotEnablerPatch": "1.5.16.57",
    "msdyn_ProductivityPaneComponent": "9.2.24045.1007",
    "msdyn_SalesOmniChannel": "9.1.24111.10004",
    "msdyn_SystemAppActions": "9.1.0.57",
    "msdyn_UCICalendar": "1.0.0.4465",
    "msdyn_connectiongraph": "9.3.24111.10002",
    "msdynce_Activities": "",
    "msdynce_ActivitiesPatch": "",
    "msdynce_AppCommon": "9.0.4.0066",
    "msdynce_AppCommonPatch": "",
    "msdynce_Customerservicehub": "9.0.5.0056",
    "msdynce_LeadManagement": "9.0.4.0066",
    "msdynce_Marketing": "",
    "msdynce_ProductManagement": "9.0.4.0066",
    "msdynce_Sales": "9.0.4.0076",
    "msdynce_SalesPatch": "",
    "msdynce_Scheduling": "9.0.0.0",
    "msdynce_Service": "9.0.5.56",
    "msdynce_ServicePatch": "",
    "msdynce_ServicePatch201911": "9.0.21101.1010",
    "msdynce_Talkingpoints": "9.1.0.59",
    "msft_ColumnLevelSecurityData": "1.2.0.28",
}
APPS = {
    "AgentProductivityToolsAnchor": "9.2.24045.1007",
    "AppModuleWebResources": "2.5",
    "BaseCustomControlsCore": "9.0.2411.1009",
    "ChannelIntegrationFramework": "9.2.2.40",
    "OmnichannelPrimeChatAnchor": "1.5.26.54",
    "OmnichannelPrimeFacebookAnchor": "1.5.26.13",
    "OmnichannelPrimeOutboundAnchor": "1.5.26.22",
    "OmnichannelPrimeSMSAnchor": "1.5.26.49",
    "OmnichannelPrimeSocialChannelsAnchor": "1.5.26.24",
    "OmnichannelPrimeTeams": "1.5.26.22",
    "OmnichannelPrimeTelephony": "1.5.26.184",
    "PowerAppsAppFramework_Anchor": "1.0.0.16",
    "UnifiedRoutingPrimeAnchor": "1.5.26.107",
    "msdyn_AISolutionAnchor": "202308.3.15.1",
    "msdyn_AcceleratedSalesAnchor": "9.1.24111.10004",
    "msdyn_AppProfileManagerAnchor": "10.1.24043.2007",
    "msdyn_TimelineExtended": "1.0.0.1587",
    "msdynce_AppCommonAnchor": "9.0.23123.10002",
    "msdynce_SalesInsightsAnchor": "9.0.24111.10007",
}
_NAMES = {name.casefold() for name in (*SOLUTIONS, *APPS)}


def installed(name: str) -> bool:
    """Return whether Microsoft's solution or app of this name is in the org."""
    return name.casefold() in _NAMES
