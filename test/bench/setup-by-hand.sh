#!/usr/bin/env bash
# The usual guide, typed in its order: kind, a registry, kpack, the secret, store, stack and builder. Nothing is done at once
# that the guide does one after the other.
set -euo pipefail
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
address=$(hostname -I | cut -d' ' -f1)
registry=172.30.255.10:5000

# kind
install -m755 "$KIND" "$work/kind"
docker load -q -i "$FOLDER/node.tar"
cat > "$work/kind.yaml" <<Y
kind: Cluster
apiVersion: kind.x-k8s.io/v1alpha4
networking:
  apiServerAddress: $address
  apiServerPort: 6443
Y
docker network create -d bridge -o com.docker.network.bridge.enable_ip_masquerade=true --subnet 172.30.0.0/16 --ip-range 172.30.0.0/24 kind >/dev/null
export KUBECONFIG=$work/kubeconfig
"$work/kind" create cluster --name kpack-desktop --image "$NODE_IMAGE" --config "$work/kind.yaml"

# a registry that host, node and pods call by one name
docker load -q -i "$FOLDER/registry.tar"
docker run -d --restart=always --name kpack-desktop-by-hand --label io.kpack-desktop=by-hand --network kind --ip "${registry%:*}" -p 127.0.0.1:5001:5000 "$REGISTRY_IMAGE" >/dev/null
docker exec -i kpack-desktop-control-plane sh -c "mkdir -p /etc/containerd/certs.d/$registry && cat > /etc/containerd/certs.d/$registry/hosts.toml" <<T
server = "http://$registry"
[host."http://$registry"]
  capabilities = ["pull", "resolve"]
T
until crane catalog 127.0.0.1:5001 >/dev/null 2>&1; do sleep 0.2; done
while read -r layout name; do crane push "$layout" "127.0.0.1:5001/$name" >/dev/null 2>&1; done < "$FOLDER/pushes"

# kpack. The release holds a custom resource beside its definition, so the first apply fails and the second one works.
sed "s#lab\.example/#$registry/#" "$RELEASE" > "$work/release.yaml"
kubectl apply -f "$work/release.yaml" >/dev/null 2>&1 || { sleep 1; kubectl apply -f "$work/release.yaml" >/dev/null; }
kubectl -n kpack rollout status deployment/kpack-controller --timeout=300s
kubectl -n kpack rollout status deployment/kpack-webhook --timeout=300s

# the secret, and the service account that uses it
kubectl create secret docker-registry registry-credentials --docker-server="$registry" --docker-username=kpack --docker-password=kpack
kubectl patch serviceaccount default -p '{"secrets":[{"name":"registry-credentials"}],"imagePullSecrets":[{"name":"registry-credentials"}]}'

# store, stack, builder. The webhook may need another moment.
cat > "$work/builder.yaml" <<Y
apiVersion: kpack.io/v1alpha2
kind: ClusterStore
metadata: {name: default}
spec: {sources: [{image: "$registry/lab/web:1.0.0"}]}
---
apiVersion: kpack.io/v1alpha2
kind: ClusterStack
metadata: {name: base}
spec: {id: io.buildpacks.stacks.lab, buildImage: {image: "$registry/lab/build:1.0.0"}, runImage: {image: "$registry/lab/run:1.0.0"}}
---
apiVersion: kpack.io/v1alpha2
kind: ClusterBuilder
metadata: {name: base}
spec:
  tag: $registry/builders/base
  stack: {kind: ClusterStack, name: base}
  store: {kind: ClusterStore, name: default}
  serviceAccountRef: {name: default, namespace: default}
  order: [{group: [{id: lab/web}]}]
Y
until kubectl apply -f "$work/builder.yaml" >/dev/null 2>&1; do sleep 0.5; done
kubectl wait clusterbuilder/base --for=condition=Ready --timeout=300s
