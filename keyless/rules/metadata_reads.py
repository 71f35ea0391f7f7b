"""Reads that show how something is set up, never what it contains.

IAM's catalogue calls both of them Read, so this list tells them apart; a read that is not on it
counts as a read of data. The access level List is an allow list as well for unreviewed code, and is
left to the catalogue for reviewed code, except the few actions of it that show contents.

Source: "Actions, resources, and condition keys for AWS services" (AWS Service Authorization
Reference), gone through by hand.
"""

from collections.abc import Mapping


def actions_in(table: Mapping[str, str]) -> frozenset[str]:
    """Return the actions of a table of names by service prefix, as in `s3:GetObject`."""
    return frozenset(f"{service}:{name}" for service in table for name in table[service].split())


METADATA_READS: dict[str, str] = {
    "acm": "DescribeCertificate GetAccountConfiguration GetCertificate ListTagsForCertificate "
    "ListTagsForResource",
    "application-autoscaling": "DescribeScalableTargets DescribeScalingActivities "
    "DescribeScalingPolicies DescribeScheduledActions ListTagsForResource",
    "autoscaling": "DescribeTags",
    "cloudformation": "DescribeAccountLimits DescribeChangeSet DescribeStackEvents "
    "DescribeStackResource DescribeStackResourceDrifts DescribeStackResources DescribeStackSet "
    "DescribeType GetStackPolicy GetTemplate GetTemplateSummary ValidateTemplate",
    "cloudfront": "DescribeFunction DescribeKeyValueStore GetCachePolicy GetCachePolicyConfig "
    "GetCloudFrontOriginAccessIdentity GetCloudFrontOriginAccessIdentityConfig "
    "GetContinuousDeploymentPolicy GetDistribution GetDistributionConfig GetFieldLevelEncryption "
    "GetFieldLevelEncryptionConfig GetInvalidation GetKeyGroup GetKeyGroupConfig "
    "GetMonitoringSubscription GetOriginAccessControl GetOriginAccessControlConfig "
    "GetOriginRequestPolicy GetOriginRequestPolicyConfig GetPublicKey GetPublicKeyConfig "
    "GetRealtimeLogConfig GetResourcePolicy GetResponseHeadersPolicy "
    "GetResponseHeadersPolicyConfig GetStreamingDistribution GetTrustStore GetVpcOrigin "
    "ListTagsForResource",
    "cloudtrail": "DescribeTrails GetChannel GetEventConfiguration GetEventDataStore "
    "GetEventSelectors GetInsightSelectors GetResourcePolicy GetTrail GetTrailStatus ListTags",
    "cloudwatch": "DescribeAlarmHistory DescribeAlarms DescribeAlarmsForMetric "
    "DescribeAnomalyDetectors DescribeInsightRules GetDashboard GetMetricStream",
    "codebuild": "BatchGetFleets BatchGetProjects BatchGetReportGroups GetResourcePolicy",
    "dynamodb": "DescribeBackup DescribeContinuousBackups DescribeContributorInsights "
    "DescribeEndpoints DescribeExport DescribeGlobalTable DescribeGlobalTableSettings "
    "DescribeImport DescribeKinesisStreamingDestination DescribeLimits DescribeStream "
    "DescribeTable DescribeTableReplicaAutoScaling DescribeTimeToLive GetResourcePolicy "
    "ListStreams ListTagsOfResource",
    "ec2": "GetAllowedImagesSettings GetDefaultCreditSpecification GetEbsDefaultKmsKeyId "
    "GetEbsEncryptionByDefault GetImageBlockPublicAccessState GetManagedPrefixListAssociations "
    "GetManagedPrefixListEntries GetResourcePolicy GetSecurityGroupsForVpc "
    "GetSerialConsoleAccessStatus GetSnapshotBlockPublicAccessState GetSubnetCidrReservations",
    "ecr": "BatchGetRepositoryScanningConfiguration DescribeImageReplicationStatus "
    "DescribeRegistry DescribeRepositories DescribeRepositoryCreationTemplates GetAccountSetting "
    "GetLifecyclePolicy GetLifecyclePolicyPreview GetRegistryPolicy "
    "GetRegistryScanningConfiguration GetRepositoryPolicy ListTagsForResource",
    "ecs": "DescribeCapacityProviders DescribeClusters DescribeContainerInstances "
    "DescribeServiceDeployments DescribeServiceRevisions DescribeServices DescribeTaskDefinition "
    "DescribeTaskSets DescribeTasks GetTaskProtection ListAccountSettings ListTagsForResource",
    "eks": "DescribeAccessEntry DescribeAddon DescribeAddonConfiguration DescribeAddonVersions "
    "DescribeCluster DescribeClusterVersions DescribeFargateProfile DescribeIdentityProviderConfig "
    "DescribeInsight DescribeNodegroup DescribePodIdentityAssociation DescribeUpdate "
    "ListTagsForResource",
    "elasticache": "ListTagsForResource",
    "elasticfilesystem": "DescribeBackupPolicy DescribeFileSystemPolicy "
    "DescribeLifecycleConfiguration DescribeMountTargetSecurityGroups DescribeMountTargets "
    "DescribeTags ListTagsForResource",
    "elasticloadbalancing": "DescribeAccountLimits DescribeCapacityReservation "
    "DescribeInstanceHealth DescribeListenerAttributes DescribeListenerCertificates "
    "DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancerPolicies "
    "DescribeLoadBalancerPolicyTypes DescribeRules DescribeSSLPolicies DescribeTags "
    "DescribeTargetGroupAttributes DescribeTargetGroups DescribeTargetHealth "
    "DescribeTrustStoreAssociations DescribeTrustStores GetLoadBalancerWebACL GetResourcePolicy",
    "events": "DescribeApiDestination DescribeArchive DescribeConnection DescribeEndpoint "
    "DescribeEventBus DescribeEventSource DescribeReplay DescribeRule GetResourcePolicy",
    "firehose": "DescribeDeliveryStream",
    "iam": "GetAccountName GetAccountPasswordPolicy GetGroup GetGroupPolicy GetInstanceProfile "
    "GetOpenIDConnectProvider GetPolicy GetPolicyVersion GetRole GetRolePolicy GetSAMLProvider "
    "GetServerCertificate GetServiceLinkedRoleDeletionStatus GetUser GetUserPolicy",
    "kinesis": "DescribeAccountSettings DescribeLimits DescribeStream DescribeStreamConsumer "
    "DescribeStreamSummary GetResourcePolicy ListTagsForResource ListTagsForStream",
    "kms": "DescribeCustomKeyStores DescribeKey GetKeyLastUsage GetKeyPolicy GetKeyRotationStatus "
    "GetPublicKey",
    "lambda": "GetAccountSettings GetAlias GetCapacityProvider GetCodeSigningConfig "
    "GetEventSourceMapping GetFunctionCodeSigningConfig GetFunctionConcurrency "
    "GetFunctionConfiguration GetFunctionEventInvokeConfig GetFunctionRecursionConfig "
    "GetFunctionScalingConfig GetFunctionUrlConfig GetLayerVersionPolicy GetPolicy "
    "GetProvisionedConcurrencyConfig GetResourcePolicy GetRuntimeManagementConfig ListTags",
    "logs": "GetDataProtectionPolicy GetDelivery GetDeliveryDestination "
    "GetDeliveryDestinationPolicy GetDeliverySource GetLogAnomalyDetector GetLogDelivery",
    "rds": "ListTagsForResource",
    "route53": "GetAccountLimit GetDNSSEC GetHealthCheck GetHostedZoneLimit GetQueryLoggingConfig "
    "GetTrafficPolicy GetTrafficPolicyInstance ListGeoLocations ListHealthChecks "
    "ListReusableDelegationSets ListTagsForResource ListTagsForResources "
    "ListTrafficPolicyInstances",
    "s3": "GetAccelerateConfiguration GetAccessPoint GetAccessPointPolicy "
    "GetAccessPointPolicyStatus GetAccountPublicAccessBlock GetAnalyticsConfiguration "
    "GetBucketAbac GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging "
    "GetBucketMetadataTableConfiguration GetBucketNotification GetBucketObjectLockConfiguration "
    "GetBucketOwnershipControls GetBucketPolicy GetBucketPolicyStatus GetBucketPublicAccessBlock "
    "GetBucketRequestPayment GetBucketTagging GetBucketVersioning GetBucketWebsite "
    "GetEncryptionConfiguration GetIntelligentTieringConfiguration GetInventoryConfiguration "
    "GetLifecycleConfiguration GetMetricsConfiguration GetMultiRegionAccessPoint "
    "GetMultiRegionAccessPointPolicy GetReplicationConfiguration",
    "scheduler": "GetSchedule GetScheduleGroup ListTagsForResource",
    "secretsmanager": "DescribeSecret GetRandomPassword GetResourcePolicy ListSecretVersionIds",
    "sns": "GetDataProtectionPolicy GetPlatformApplicationAttributes GetSubscriptionAttributes "
    "GetTopicAttributes ListTagsForResource",
    "sqs": "GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListMessageMoveTasks "
    "ListQueueTags ListQueues",
    "ssm": "DescribeAssociation DescribeDocument DescribeDocumentParameters "
    "DescribeDocumentPermission GetDefaultPatchBaseline GetMaintenanceWindow "
    "GetPatchBaseline GetPatchBaselineForPatchGroup GetServiceSetting",
    "states": "DescribeActivity DescribeStateMachine DescribeStateMachineAlias "
    "ValidateStateMachineDefinition",
    "sts": "GetCallerIdentity",
    "tag": "GetResources GetTagKeys GetTagValues",
    "wafv2": "CheckCapacity DescribeManagedRuleGroup GetIPSet GetLoggingConfiguration "
    "GetManagedRuleSet GetPermissionPolicy GetRegexPatternSet GetRuleGroup GetWebACL "
    "GetWebACLForResource ListTagsForResource",
}
"""By service prefix, names of actions of the access level Read."""

CONTENT_LISTS: dict[str, str] = {
    "ec2": "DescribeInstanceAttribute DescribeLaunchTemplateVersions "
    "GetVpnConnectionDeviceSampleConfiguration",
    "s3": "ListBucket ListBucketVersions ListBucketMultipartUploads ListMultipartUploadParts "
    "ListObjectAnnotations ListObjectVersionAnnotations",
    "ssm": "ListCommandInvocations ListCommands",
}
"""By service prefix, names of actions of the access level List that show contents.

User data and keys in clear text, names of objects, parameters of commands.
"""

READS_DESPITE_LEVEL = frozenset({"kms:Decrypt"})
"""Actions of the access level Write that change nothing: they open data that was read elsewhere."""

METADATA_LISTS: dict[str, str] = {
    "acm": "ListCertificateDomainValidations ListCertificates SearchCertificates",
    "autoscaling": "DescribeAccountLimits DescribeAccountSettings DescribeAdjustmentTypes "
    "DescribeAutoScalingGroups DescribeAutoScalingInstances "
    "DescribeAutoScalingNotificationTypes DescribeInstanceRefreshes "
    "DescribeLifecycleHookTypes DescribeLifecycleHooks DescribeLoadBalancerTargetGroups "
    "DescribeLoadBalancers DescribeMetricCollectionTypes DescribeNotificationConfigurations "
    "DescribePolicies DescribeScalingActivities DescribeScalingProcessTypes "
    "DescribeScheduledActions DescribeTerminationPolicyTypes DescribeTrafficSources "
    "DescribeWarmPool",
    "cloudformation": "ListChangeSets ListImports ListStackInstances ListStackResources "
    "ListStackSetOperationResults ListStackSetOperations ListStackSets ListStacks "
    "ListTypeRegistrations ListTypeVersions ListTypes",
    "cloudfront": "ListAnycastIpLists ListCachePolicies ListCloudFrontOriginAccessIdentities "
    "ListConflictingAliases ListConnectionFunctions ListConnectionGroups "
    "ListContinuousDeploymentPolicies ListDistributionTenants "
    "ListDistributionTenantsByCustomization ListDistributions "
    "ListDistributionsByAnycastIpListId ListDistributionsByCachePolicyId "
    "ListDistributionsByConnectionFunction ListDistributionsByConnectionMode "
    "ListDistributionsByKeyGroup ListDistributionsByLambdaFunction "
    "ListDistributionsByOriginRequestPolicyId ListDistributionsByRealtimeLogConfig "
    "ListDistributionsByResponseHeadersPolicyId ListDistributionsByTrustStore "
    "ListDistributionsByVpcOriginId ListDistributionsByWebACLId ListDomainConflicts "
    "ListFieldLevelEncryptionConfigs ListFieldLevelEncryptionProfiles ListFunctions "
    "ListInvalidations ListInvalidationsForDistributionTenant ListKeyGroups "
    "ListKeyValueStores ListOriginAccessControls ListOriginRequestPolicies ListPublicKeys "
    "ListRealtimeLogConfigs ListResponseHeadersPolicies ListStreamingDistributions "
    "ListTrustStores ListVpcOrigins",
    "cloudtrail": "ListChannels ListDashboards ListEventDataStores ListTrails",
    "cloudwatch": "ListDashboards ListEntitiesForMetric ListMetricStreams ListMetrics "
    "ListServiceLevelObjectives ListServices ListTagsForResource",
    "codebuild": "ListBuildBatches ListBuildBatchesForProject ListBuilds ListBuildsForProject "
    "ListCuratedEnvironmentImages ListFleets ListProjects ListReportGroups "
    "ListSharedProjects ListSharedReportGroups",
    "dynamodb": "ListBackups ListContributorInsights ListExports ListGlobalTables ListImports "
    "ListTables",
    "ec2": "DescribeAccountAttributes DescribeAccountVpcEncryptionControl DescribeAddressTransfers "
    "DescribeAddresses DescribeAddressesAttribute DescribeAggregateIdFormat "
    "DescribeApplicationStatus DescribeApplicationStatusCheckAssociations "
    "DescribeApplicationStatusChecks DescribeAvailabilityZones "
    "DescribeAwsNetworkPerformanceMetricSubscriptions DescribeByoipCidrs "
    "DescribeCapacityBlockExtensionHistory DescribeCapacityBlockExtensionOfferings "
    "DescribeCapacityBlockOfferings DescribeCapacityBlockStatus DescribeCapacityBlocks "
    "DescribeCapacityManagerDataExports DescribeCapacityReservationBillingRequests "
    "DescribeCapacityReservationCancellationQuotes DescribeCapacityReservationFleets "
    "DescribeCapacityReservationTopology DescribeCapacityReservations "
    "DescribeCarrierGateways DescribeClassicLinkInstances "
    "DescribeClientVpnAuthorizationRules DescribeClientVpnConnections "
    "DescribeClientVpnEndpoints DescribeClientVpnRoutes DescribeClientVpnTargetNetworks "
    "DescribeCoipPools DescribeCustomerGateways DescribeDeclarativePoliciesReports "
    "DescribeDhcpOptions DescribeEgressOnlyInternetGateways DescribeElasticGpus "
    "DescribeExportImageTasks DescribeExportTasks DescribeFastLaunchImages "
    "DescribeFastSnapshotRestores DescribeFleetInstances DescribeFleets DescribeFlowLogs "
    "DescribeFpgaImageAttribute DescribeFpgaImages DescribeHostReservationOfferings "
    "DescribeHostReservations DescribeHosts DescribeIamInstanceProfileAssociations "
    "DescribeIdFormat DescribeIdentityIdFormat DescribeImageAttribute "
    "DescribeImageReferences DescribeImageUsageReportEntries DescribeImageUsageReports "
    "DescribeImages DescribeInstanceConnectEndpoints DescribeInstanceCreditSpecifications "
    "DescribeInstanceEventNotificationAttributes DescribeInstanceEventWindows "
    "DescribeInstanceImageMetadata DescribeInstanceSqlHaHistoryStates "
    "DescribeInstanceSqlHaStates DescribeInstanceStatus DescribeInstanceTopology "
    "DescribeInstanceTypeOfferings DescribeInstanceTypes DescribeInstances "
    "DescribeInternetGateways DescribeIpamByoasn DescribeIpamInternetRegistryAssociations "
    "DescribeIpamPolicies DescribeIpamPoolAllocations DescribeIpamPools "
    "DescribeIpamPrefixListResolverTargets DescribeIpamPrefixListResolvers "
    "DescribeIpamResourceDiscoveries DescribeIpamResourceDiscoveryAssociations "
    "DescribeIpamScopes DescribeIpams DescribeIpv6Pools DescribeKeyPairs "
    "DescribeLaunchTemplates DescribeLocalGatewayRouteTablePermissions "
    "DescribeLocalGatewayRouteTableVirtualInterfaceGroupAssociations "
    "DescribeLocalGatewayRouteTableVpcAssociations DescribeLocalGatewayRouteTables "
    "DescribeLocalGatewayVirtualInterfaceGroups DescribeLocalGatewayVirtualInterfaces "
    "DescribeLocalGateways DescribeLockedSnapshots DescribeMacHosts "
    "DescribeMacModificationTasks DescribeManagedPrefixLists DescribeMovingAddresses "
    "DescribeNatGateways DescribeNetworkAcls DescribeNetworkInsightsAccessScopeAnalyses "
    "DescribeNetworkInsightsAccessScopes DescribeNetworkInsightsAnalyses "
    "DescribeNetworkInsightsPaths DescribeNetworkInterfaceAttribute "
    "DescribeNetworkInterfacePermissions DescribeNetworkInterfaces DescribeOutpostLags "
    "DescribePlacementGroups DescribePrefixLists DescribePrincipalIdFormat "
    "DescribePublicIpv4Pools DescribeRegions DescribeReplaceRootVolumeTasks "
    "DescribeReservedInstances DescribeReservedInstancesListings "
    "DescribeReservedInstancesModifications DescribeReservedInstancesOfferings "
    "DescribeRouteServerEndpoints DescribeRouteServerPeers DescribeRouteServers "
    "DescribeRouteTables DescribeScheduledInstanceAvailability DescribeScheduledInstances "
    "DescribeSecondaryInterfaces DescribeSecondaryNetworks DescribeSecondarySubnets "
    "DescribeSecurityGroupReferences DescribeSecurityGroupRules "
    "DescribeSecurityGroupVpcAssociations DescribeSecurityGroups "
    "DescribeServiceLinkVirtualInterfaces DescribeSnapshotAttribute "
    "DescribeSnapshotTierStatus DescribeSnapshots DescribeSpotDatafeedSubscription "
    "DescribeSpotFleetInstances DescribeSpotPriceHistory DescribeStaleSecurityGroups "
    "DescribeStoreImageTasks DescribeSubnets DescribeTags DescribeTrafficMirrorFilterRules "
    "DescribeTrafficMirrorFilters DescribeTrafficMirrorSessions "
    "DescribeTrafficMirrorTargets DescribeTransitGatewayAttachments "
    "DescribeTransitGatewayConnectPeers DescribeTransitGatewayConnects "
    "DescribeTransitGatewayMeteringPolicies DescribeTransitGatewayMulticastDomains "
    "DescribeTransitGatewayPeeringAttachments DescribeTransitGatewayPolicyTables "
    "DescribeTransitGatewayRouteTableAnnouncements DescribeTransitGatewayRouteTables "
    "DescribeTransitGatewayVpcAttachments DescribeTransitGateways "
    "DescribeTrunkInterfaceAssociations DescribeVerifiedAccessEndpoints "
    "DescribeVerifiedAccessGroups DescribeVerifiedAccessInstanceLoggingConfigurations "
    "DescribeVerifiedAccessInstanceWebAclAssociations DescribeVerifiedAccessInstances "
    "DescribeVolumeAttribute DescribeVolumeStatus DescribeVolumes "
    "DescribeVolumesModifications DescribeVpcAttribute "
    "DescribeVpcBlockPublicAccessExclusions DescribeVpcBlockPublicAccessOptions "
    "DescribeVpcClassicLink DescribeVpcClassicLinkDnsSupport DescribeVpcEncryptionControls "
    "DescribeVpcEndpointAssociations DescribeVpcEndpointConnectionNotifications "
    "DescribeVpcEndpointConnections DescribeVpcEndpointServiceConfigurations "
    "DescribeVpcEndpointServicePermissions DescribeVpcEndpointServices DescribeVpcEndpoints "
    "DescribeVpcPeeringConnections DescribeVpcs DescribeVpnConcentrators "
    "DescribeVpnGateways GetCapacityManagerMonitoredTagKeys GetGroupsForCapacityReservation "
    "GetInstanceMetadataDefaults GetInstanceTypesFromInstanceRequirements "
    "GetIpamPolicyAllocationRules GetIpamPolicyOrganizationTargets GetIpamPoolAllocations "
    "GetManagedResourceVisibility GetTransitGatewayAttachmentPropagations "
    "GetTransitGatewayMeteringPolicyEntries GetTransitGatewayMulticastDomainAssociations "
    "GetTransitGatewayPolicyTableAssociations GetTransitGatewayPolicyTableEntries "
    "GetTransitGatewayPrefixListReferences GetTransitGatewayRouteTableAssociations "
    "GetTransitGatewayRouteTablePropagations GetVerifiedAccessEndpointPolicy "
    "GetVerifiedAccessEndpointTargets GetVerifiedAccessGroupPolicy "
    "GetVerifiedAccessInstanceWebAcl GetVpcResourcesBlockingEncryptionEnforcement "
    "GetVpnConnectionDeviceTypes GetVpnTunnelReplacementStatus ListImagesInRecycleBin "
    "ListSnapshotsInRecycleBin ListVolumesInRecycleBin SearchLocalGatewayRoutes "
    "SearchTransitGatewayMulticastGroups SearchTransitGatewayRoutes",
    "ecr": "DescribeImages DescribePullThroughCacheRules ListImages ListPullTimeUpdateExclusions "
    "ListReplicationBackfills",
    "ecs": "ListAttributes ListClusters ListContainerInstances ListDaemonDeployments "
    "ListDaemonTaskDefinitions ListDaemons ListGatewayClusterAssociations ListGatewayRoutes "
    "ListGateways ListServiceDeployments ListServices ListServicesByNamespace "
    "ListTaskDefinitionFamilies ListTaskDefinitions ListTasks",
    "eks": "ListAccessEntries ListAccessPolicies ListAddons ListAssociatedAccessPolicies "
    "ListCapabilities ListCertificateAuthorities ListClusters ListEksAnywhereSubscriptions "
    "ListFargateProfiles ListIdentityProviderConfigs ListInsights ListNodegroups "
    "ListPodIdentityAssociations ListUpdates",
    "elasticache": "DescribeCacheClusters DescribeCacheEngineVersions DescribeCacheParameterGroups "
    "DescribeCacheParameters DescribeCacheSecurityGroups DescribeCacheSubnetGroups "
    "DescribeEngineDefaultParameters DescribeEvents DescribeGlobalReplicationGroups "
    "DescribeReplicationGroups DescribeReservedCacheNodes "
    "DescribeReservedCacheNodesOfferings DescribeServerlessCacheSnapshots "
    "DescribeServerlessCaches DescribeServiceUpdates DescribeSnapshots "
    "DescribeUpdateActions DescribeUserGroups DescribeUsers "
    "ListAllowedNodeTypeModifications",
    "elasticfilesystem": "DescribeAccessPoints DescribeAccountPreferences DescribeFileSystems "
    "DescribeReplicationConfigurations",
    "elasticloadbalancing": "DescribeLoadBalancers DescribeWebACLAssociation",
    "events": "ListApiDestinations ListArchives ListConnections ListEndpoints ListEventBuses "
    "ListEventSources ListPartnerEventSourceAccounts ListPartnerEventSources ListReplays "
    "ListResourcePolicies ListRuleNamesByTarget ListRules ListSubscribers "
    "ListTagsForResource",
    "firehose": "ListDeliveryStreams ListTagsForDeliveryStream",
    "iam": "GetAccountSummary GetLoginProfile ListAccessKeys ListAccountAliases "
    "ListAttachedGroupPolicies ListAttachedRolePolicies ListAttachedUserPolicies "
    "ListCloudFrontPublicKeys ListDelegationRequests ListEntitiesForPolicy "
    "ListGroupPolicies ListGroups ListGroupsForUser ListInstanceProfileTags "
    "ListInstanceProfiles ListInstanceProfilesForRole ListMFADeviceTags ListMFADevices "
    "ListOpenIDConnectProviderTags ListOpenIDConnectProviders ListOrganizationsFeatures "
    "ListPolicies ListPoliciesGrantingServiceAccess ListPolicyTags ListPolicyVersions "
    "ListRolePolicies ListRoleTags ListRoles ListSAMLProviderTags ListSAMLProviders "
    "ListSSHPublicKeys ListSTSRegionalEndpointsStatus ListServerCertificateTags "
    "ListServerCertificates ListServiceSpecificCredentials ListSigningCertificates "
    "ListUserPolicies ListUserTags ListUsers ListVirtualMFADevices",
    "kinesis": "ListChannels ListShards ListStreamConsumers ListStreams",
    "kms": "ListAliases ListGrants ListKeyPolicies ListKeyRotations ListKeys ListResourceTags "
    "ListRetirableGrants",
    "lambda": "ListAliases ListCapacityProviders ListCodeSigningConfigs ListEventSourceMappings "
    "ListFunctionEventInvokeConfigs ListFunctionUrlConfigs ListFunctionsByCodeSigningConfig "
    "ListLayerVersions ListLayers ListProvisionedConcurrencyConfigs",
    "logs": "DescribeAccountPolicies DescribeConfigurationTemplates DescribeDeliveries "
    "DescribeDeliveryDestinations DescribeDeliverySources DescribeDestinations "
    "DescribeExportTasks DescribeFieldIndexes DescribeImportTaskBatches DescribeImportTasks "
    "DescribeIndexPolicies DescribeLogGroups DescribeLogStreams DescribeMetricFilters "
    "DescribeQueryDefinitions DescribeResourcePolicies DescribeSubscriptionFilters "
    "ListEntitiesForLogGroup ListIntegrations ListLogAnomalyDetectors ListLogDeliveries "
    "ListLogGroups ListLogGroupsForEntity ListLogGroupsForQuery ListScheduledQueries "
    "ListSourcesForS3TableIntegration ListTagsForResource ListTagsLogGroup",
    "rds": "DescribeAccountAttributes DescribeBlueGreenDeployments DescribeCertificates "
    "DescribeDBCapacityReservations DescribeDBClusterAutomatedBackups "
    "DescribeDBClusterBacktracks DescribeDBClusterEndpoints "
    "DescribeDBClusterParameterGroups DescribeDBClusterParameters "
    "DescribeDBClusterSnapshotAttributes DescribeDBClusterSnapshots DescribeDBClusters "
    "DescribeDBEngineVersions DescribeDBInstanceAutomatedBackups DescribeDBInstances "
    "DescribeDBLogFiles DescribeDBMajorEngineVersions DescribeDBParameterGroups "
    "DescribeDBParameters DescribeDBProxies DescribeDBProxyEndpoints "
    "DescribeDBProxyTargetGroups DescribeDBProxyTargets DescribeDBRecommendations "
    "DescribeDBSecurityGroups DescribeDBShardGroups DescribeDBSnapshotAttributes "
    "DescribeDBSnapshotTenantDatabases DescribeDBSnapshots DescribeDBSubnetGroups "
    "DescribeEngineDefaultClusterParameters DescribeEngineDefaultParameters "
    "DescribeEventCategories DescribeEventSubscriptions DescribeEvents DescribeExportTasks "
    "DescribeGlobalClusters DescribeIntegrations DescribeOptionGroupOptions "
    "DescribeOptionGroups DescribeOrderableDBInstanceOptions "
    "DescribePendingMaintenanceActions DescribeReservedDBInstances "
    "DescribeReservedDBInstancesOfferings DescribeSourceRegions DescribeTenantDatabases "
    "DescribeValidDBInstanceModifications",
    "route53": "GetChange GetCheckerIpRanges GetGeoLocation GetHealthCheckCount "
    "GetHealthCheckLastFailureReason GetHealthCheckStatus GetHostedZone GetHostedZoneCount "
    "GetReusableDelegationSet ListCidrBlocks ListCidrCollections ListCidrLocations "
    "ListHostedZones ListHostedZonesByName ListHostedZonesByVPC ListQueryLoggingConfigs "
    "ListResourceRecordSets ListTrafficPolicies ListTrafficPolicyInstancesByHostedZone "
    "ListTrafficPolicyInstancesByPolicy ListTrafficPolicyVersions "
    "ListVPCAssociationAuthorizations",
    "s3": "ListAccessGrants ListAccessGrantsInstances ListAccessGrantsLocations ListAccessPoints "
    "ListAccessPointsForObjectLambda ListAllMyBuckets ListCallerAccessGrants ListJobs "
    "ListMultiRegionAccessPoints ListStorageLensConfigurations ListStorageLensGroups "
    "ListTagsForResource",
    "scheduler": "ListScheduleGroups ListSchedules ListSchedulesByTarget",
    "secretsmanager": "ListSecrets",
    "sns": "ListPlatformApplications ListSubscriptions ListSubscriptionsByTopic ListTopics",
    "ssm": "DescribeMaintenanceWindowSchedule DescribeMaintenanceWindowTargets "
    "DescribeMaintenanceWindows DescribeMaintenanceWindowsForTarget DescribeParameters "
    "DescribePatchBaselines DescribePatchGroupState DescribePatchGroups "
    "DescribePatchProperties GetResourcePolicies ListAssociations ListComplianceSummaries "
    "ListDocumentMetadataHistory ListDocumentVersions ListDocuments "
    "ListResourceComplianceSummaries ListResourceDataSync ListTagsForResource",
    "states": "ListActivities ListExecutions ListMapRuns ListStateMachineAliases "
    "ListStateMachineVersions ListStateMachines ListTagsForResource",
    "tag": "ListRequiredTags",
    "wafv2": "ListAvailableManagedRuleGroupVersions ListAvailableManagedRuleGroups ListIPSets "
    "ListLoggingConfigurations ListManagedRuleSets ListMobileSdkReleases "
    "ListRegexPatternSets ListResourcesForWebACL ListRuleGroups ListWebACLs",
}
"""By service prefix, names of actions of the access level List that show no contents."""

CARRIERS: dict[str, str] = {
    "cloudformation": "DescribeChangeSet DescribeStackEvents DescribeStackResourceDrifts "
    "DescribeStackSet GetTemplate GetTemplateSummary",
    "codebuild": "BatchGetProjects",
    "ecs": "DescribeTaskDefinition DescribeTasks",
    "lambda": "GetFunctionConfiguration",
    "scheduler": "GetSchedule",
    "ssm": "DescribeAssociation",
    "states": "DescribeStateMachine",
}
"""By service prefix, reads of set-up whose answer carries what a secret may have been typed into.

Environment variables, user data, parameters and outputs, the input of targets. Unreviewed code
reads them of named resources alone.
"""

READING_VERBS = (
    "BatchCheck BatchDescribe BatchGet Check Describe Filter Get Head List Lookup PartiQLSelect "
    "Query Read Scan Search Select View"
)
"""How the names of reads begin that only read. IAM's catalogue gives the access level Read to calls
that cost or act, too: models that are invoked, messages that are taken, an API that is reached.
"""
