// Answer tokens at a role under a resource control policy: ExplicitlyDenied is what the policy does.
// No trust policy is there, so all others are ImplicitlyDenied. Nothing is checked before: the package
// does not know `sub` as a key of the action, and without the check it takes no trust policy (0.1.173).
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'

const { policy, tokens } = JSON.parse(readFileSync(0, 'utf8'))
const action = 'sts:AssumeRoleWithWebIdentity'
const answers = tokens.map(({ provider, context }) =>
  runUnsafeSimulation(
    {
      request: {
        principal: provider,
        action,
        resource: { resource: 'arn:aws:iam::222222222222:role/deploy', accountId: '222222222222' },
        contextVariables: context
      },
      identityPolicies: [],
      serviceControlPolicies: [],
      resourceControlPolicies: [
        {
          orgIdentifier: 'r-acme',
          policies: [
            {
              name: 'RCPFullAWSAccess',
              policy: {
                Version: '2012-10-17',
                Statement: [{ Effect: 'Allow', Principal: '*', Action: '*', Resource: '*' }]
              }
            },
            { name: 'guardrail', policy }
          ]
        }
      ]
    },
    {}
  )
)
process.stdout.write(JSON.stringify(answers))
