module speech-containers/conformance/definitions

go 1.26.0

require (
	github.com/envoyproxy/gateway v1.9.0
	github.com/kedacore/keda/v2 v2.19.0
	sigs.k8s.io/gateway-api v1.6.1
	sigs.k8s.io/secrets-store-csi-driver v1.4.8
)
