import { must } from './command.ts';
import type { Machine } from './machine.ts';

/** kind's bootstrap token, the same in every cluster it makes (kubernetes-sigs/kind, pkg/cluster/internal/kubeadm/const.go). */
export const publicToken = 'abcdef.0123456789abcdef';

/** What somebody on the network gets from the API server, asked from a network namespace of its own. */
export interface Attempt {
  readonly status: number;
  readonly body: string;
}

/**
 * Calls the API as somebody else's machine would: from a new network namespace that reaches this machine over a cable
 * (a veth pair) and nothing else. Root is needed, as for the engine. What counts is the status: a server that refuses may
 * close the connection before curl has sent everything, and curl then ends with an error after a full answer; no answer is 0.
 */
export async function fromOutside(
  machine: Machine,
  server: string,
  path: string,
  options: { token: string; body?: object },
): Promise<Attempt> {
  const { hostname } = new URL(server);
  const data =
    options.body === undefined
      ? ''
      : `-X POST -H 'Content-Type: application/json' -d '${JSON.stringify(options.body)}'`;
  const script = `
    set -eu
    ns=kpack-attack-$$
    ip netns add $ns
    trap 'ip netns del $ns || true; ip link del ka$$a 2>/dev/null || true' EXIT
    ip link add ka$$a type veth peer name ka$$b
    ip link set ka$$b netns $ns
    ip addr add 203.0.113.1/30 dev ka$$a
    ip link set ka$$a up
    ip -n $ns addr add 203.0.113.2/30 dev ka$$b
    ip -n $ns link set ka$$b up
    ip -n $ns route add ${hostname}/32 via 203.0.113.1
    ip netns exec $ns curl -sk --max-time 10 -o - -w '\\n%{http_code}' -H 'Authorization: Bearer ${options.token}' ${data} '${server}${path}' || true`;
  const lines = (await must('bash', ['-c', script], machine.env)).split('\n');
  return { status: Number(lines.pop()), body: lines.join('\n') };
}
