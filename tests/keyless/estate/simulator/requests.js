// Answer requests to one account, each under policies of its own: one word a request. A policy of the
// resource is that of the bucket or object that the request names.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'

const named = (name, policy) => (policy ? [{ name, policy }] : undefined)
const answers = []
for (const asked of JSON.parse(readFileSync(0, 'utf8'))) {
  const result = await runSimulation(
    {
      request: {
        principal: asked.principal,
        action: asked.action,
        resource: { resource: asked.resource, accountId: asked.account },
        contextVariables: asked.context
      },
      identityPolicies: named('identity', asked.identity) ?? [],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      permissionBoundaryPolicies: named('boundary', asked.boundary),
      resourcePolicy: asked.bucket ?? undefined
    },
    {}
  )
  answers.push(result.overallResult ?? JSON.stringify(result))
}
process.stdout.write(JSON.stringify(answers))
