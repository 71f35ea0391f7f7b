"""The reads of the preset `read-only`: of configuration by service, and of data by resource.

Each name was looked at in AWS's Service Authorization Reference and is checked against IAM's
catalogue by the tests: it exists, its access level is Read or List, and it is in one table only.
"""

from collections.abc import Mapping


def _of(service: str, names: str) -> tuple[str, ...]:
    return tuple(f"{service}:{name}" for name in names.split())


_CONFIGURATION = {
    "acm": "DescribeCertificate ListCertificates ListTagsForCertificate",
    "application-autoscaling": "DescribeScalableTargets DescribeScalingPolicies "
    "DescribeScheduledActions ListTagsForResource",
    "autoscaling": "DescribeAutoScalingGroups DescribeLifecycleHooks "
    "DescribeNotificationConfigurations DescribePolicies DescribeScheduledActions DescribeTags "
    "DescribeWarmPool",
    "cloudformation": "DescribeStackResource DescribeStackResources ListImports "
    "ListStackResources ListStacks",
    "cloudfront": "DescribeFunction GetCachePolicy GetDistribution GetDistributionConfig "
    "GetOriginAccessControl GetOriginRequestPolicy GetResponseHeadersPolicy ListCachePolicies "
    "ListDistributions ListFunctions ListOriginAccessControls ListOriginRequestPolicies "
    "ListResponseHeadersPolicies ListTagsForResource",
    "cloudtrail": "DescribeTrails GetEventSelectors GetInsightSelectors GetTrail GetTrailStatus "
    "ListTags ListTrails",
    "cloudwatch": "DescribeAlarms GetDashboard GetMetricStream ListDashboards ListMetricStreams "
    "ListMetrics ListTagsForResource",
    "codebuild": "ListProjects",
    "dynamodb": "DescribeContinuousBackups DescribeKinesisStreamingDestination DescribeLimits "
    "DescribeTable DescribeTimeToLive GetResourcePolicy ListTables ListTagsOfResource",
    "ec2": "DescribeAccountAttributes DescribeAddresses DescribeAvailabilityZones "
    "DescribeDhcpOptions DescribeEgressOnlyInternetGateways DescribeFlowLogs DescribeImages "
    "DescribeInstanceCreditSpecifications DescribeInstanceTypes DescribeInstances "
    "DescribeInternetGateways DescribeKeyPairs DescribeLaunchTemplates "
    "DescribeManagedPrefixLists DescribeNatGateways DescribeNetworkAcls "
    "DescribeNetworkInterfaces DescribePrefixLists DescribeRegions DescribeRouteTables "
    "DescribeSecurityGroupRules DescribeSecurityGroups DescribeSubnets DescribeTags "
    "DescribeVolumes DescribeVpcAttribute DescribeVpcEndpointServices DescribeVpcEndpoints "
    "DescribeVpcPeeringConnections DescribeVpcs",
    "ecr": "DescribeImages DescribeRepositories GetLifecyclePolicy GetRepositoryPolicy ListImages "
    "ListTagsForResource",
    "ecs": "DescribeCapacityProviders DescribeClusters DescribeServices "
    "ListClusters ListServices ListTagsForResource ListTaskDefinitionFamilies "
    "ListTaskDefinitions",
    "eks": "DescribeAccessEntry DescribeAddon DescribeAddonVersions DescribeCluster "
    "DescribeFargateProfile DescribeIdentityProviderConfig DescribeNodegroup "
    "DescribePodIdentityAssociation ListAccessEntries ListAddons ListAssociatedAccessPolicies "
    "ListClusters ListFargateProfiles ListIdentityProviderConfigs ListNodegroups "
    "ListPodIdentityAssociations ListTagsForResource",
    "elasticache": "DescribeCacheClusters DescribeCacheParameterGroups DescribeCacheParameters "
    "DescribeCacheSubnetGroups DescribeReplicationGroups DescribeServerlessCaches "
    "DescribeUserGroups DescribeUsers ListTagsForResource",
    "elasticfilesystem": "DescribeAccessPoints DescribeBackupPolicy DescribeFileSystemPolicy "
    "DescribeFileSystems DescribeLifecycleConfiguration DescribeMountTargetSecurityGroups "
    "DescribeMountTargets ListTagsForResource",
    "elasticloadbalancing": "DescribeListenerAttributes DescribeListenerCertificates "
    "DescribeListeners DescribeLoadBalancerAttributes DescribeLoadBalancers DescribeRules "
    "DescribeSSLPolicies DescribeTags DescribeTargetGroupAttributes DescribeTargetGroups "
    "DescribeTargetHealth",
    "events": "DescribeArchive DescribeEventBus DescribeRule ListArchives ListEventBuses ListRules "
    "ListTagsForResource",
    "firehose": "DescribeDeliveryStream ListDeliveryStreams ListTagsForDeliveryStream",
    "iam": "GetInstanceProfile GetOpenIDConnectProvider GetPolicy GetPolicyVersion GetRole "
    "GetRolePolicy ListAccountAliases ListAttachedRolePolicies ListEntitiesForPolicy "
    "ListInstanceProfiles ListInstanceProfilesForRole ListOpenIDConnectProviderTags "
    "ListOpenIDConnectProviders ListPolicies ListPolicyTags ListPolicyVersions ListRolePolicies "
    "ListRoleTags ListRoles",
    "kinesis": "DescribeStream DescribeStreamConsumer DescribeStreamSummary ListStreamConsumers "
    "ListStreams ListTagsForStream",
    "kms": "DescribeKey GetKeyPolicy GetKeyRotationStatus ListAliases ListGrants ListKeyPolicies "
    "ListKeys ListResourceTags",
    "lambda": "GetAlias GetCodeSigningConfig GetEventSourceMapping GetFunctionCodeSigningConfig "
    "GetFunctionConcurrency GetFunctionEventInvokeConfig "
    "GetFunctionRecursionConfig GetFunctionUrlConfig GetLayerVersionPolicy GetPolicy "
    "GetProvisionedConcurrencyConfig GetRuntimeManagementConfig ListAliases "
    "ListEventSourceMappings ListFunctionEventInvokeConfigs ListFunctionUrlConfigs "
    "ListLayerVersions ListLayers ListProvisionedConcurrencyConfigs ListTags",
    "logs": "DescribeDestinations DescribeLogGroups DescribeMetricFilters DescribeResourcePolicies "
    "DescribeSubscriptionFilters ListTagsForResource",
    "rds": "DescribeDBClusterEndpoints DescribeDBClusterParameterGroups "
    "DescribeDBClusterParameters DescribeDBClusters DescribeDBEngineVersions DescribeDBInstances "
    "DescribeDBParameterGroups DescribeDBParameters DescribeDBProxies DescribeDBProxyTargetGroups "
    "DescribeDBProxyTargets DescribeDBSubnetGroups DescribeEventSubscriptions "
    "DescribeGlobalClusters DescribeOptionGroups DescribeOrderableDBInstanceOptions "
    "ListTagsForResource",
    "route53": "GetChange GetDNSSEC GetHealthCheck GetHostedZone ListHealthChecks "
    "ListHostedZones ListHostedZonesByName ListQueryLoggingConfigs ListResourceRecordSets "
    "ListTagsForResource",
    "s3": "GetAccelerateConfiguration GetAccountPublicAccessBlock GetAnalyticsConfiguration "
    "GetBucketAcl GetBucketCORS GetBucketLocation GetBucketLogging GetBucketNotification "
    "GetBucketObjectLockConfiguration GetBucketOwnershipControls GetBucketPolicy "
    "GetBucketPolicyStatus GetBucketPublicAccessBlock GetBucketRequestPayment GetBucketTagging "
    "GetBucketVersioning GetBucketWebsite GetEncryptionConfiguration "
    "GetIntelligentTieringConfiguration GetInventoryConfiguration GetLifecycleConfiguration "
    "GetMetricsConfiguration GetReplicationConfiguration ListAllMyBuckets ListTagsForResource",
    "secretsmanager": "DescribeSecret GetResourcePolicy ListSecretVersionIds ListSecrets",
    "sns": "GetDataProtectionPolicy GetSubscriptionAttributes GetTopicAttributes "
    "ListSubscriptionsByTopic ListTagsForResource ListTopics",
    "sqs": "GetQueueAttributes GetQueueUrl ListDeadLetterSourceQueues ListQueueTags ListQueues",
    "ssm": "DescribeDocument DescribeDocumentPermission DescribeMaintenanceWindows "
    "DescribeParameters DescribePatchBaselines ListDocuments ListTagsForResource",
    "states": "DescribeActivity DescribeStateMachineAlias ListActivities "
    "ListStateMachineAliases ListStateMachineVersions ListStateMachines ListTagsForResource",
    "wafv2": "GetIPSet GetLoggingConfiguration GetRegexPatternSet GetRuleGroup GetWebACL "
    "GetWebACLForResource ListIPSets ListLoggingConfigurations ListRegexPatternSets "
    "ListResourcesForWebACL ListRuleGroups ListTagsForResource ListWebACLs",
}

_DATA = {
    "cloudformation": "DescribeStacks GetTemplate GetTemplateSummary",
    "codebuild": "BatchGetProjects",
    "dynamodb": "BatchGetItem GetItem Query Scan",
    "ec2": "DescribeInstanceAttribute",
    "events": "ListTargetsByRule",
    "kinesis": "GetRecords GetShardIterator ListShards",
    "lambda": "GetFunction GetFunctionConfiguration GetLayerVersion ListVersionsByFunction",
    "logs": "DescribeLogStreams FilterLogEvents GetLogEvents",
    "s3": "GetObject ListBucket",
    "secretsmanager": "GetSecretValue",
    "ssm": "GetDocument GetParameter GetParameters GetParametersByPath",
    "states": "DescribeExecution DescribeStateMachine GetExecutionHistory",
}

CONFIGURATION_READS: Mapping[str, tuple[str, ...]] = {
    service: _of(service, names) for service, names in _CONFIGURATION.items()
}
"""By service prefix, the actions that show configuration. They are granted on everything."""

DATA_READS: Mapping[str, tuple[str, ...]] = {
    service: _of(service, names) for service, names in _DATA.items()
}
"""By service prefix, the actions that hand over data. They are granted on named resources alone."""
