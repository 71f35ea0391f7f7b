// Answer requests of a role that is allowed everything and held by a boundary: one word a request.
import { runSimulation } from '@cloud-copilot/iam-simulate'
import { readFileSync } from 'node:fs'

const { boundary, principal, requests } = JSON.parse(readFileSync(0, 'utf8'))
const everything = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }]
}
const answers = []
for (const { action, resource, context } of requests) {
  const result = await runSimulation(
    {
      request: {
        principal,
        action,
        resource: { resource, accountId: principal.split(':')[4] },
        contextVariables: context
      },
      identityPolicies: [{ name: 'everything', policy: everything }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary }]
    },
    {}
  )
  answers.push(result.overallResult ?? JSON.stringify(result))
}
process.stdout.write(JSON.stringify(answers))
