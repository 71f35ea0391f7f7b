"""Reads that show how something is set up, never what it holds.

IAM's catalogue calls both of them Read, so this list tells them apart; a read that is not on it
counts as a read of data. Environment variables of functions, tasks and builds are set-up. The
access level List is left to the catalogue, save the few actions of it that show contents.

Source: "Actions, resources, and condition keys for AWS services" (AWS Service Authorization
Reference), gone through by hand.
"""

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
