module recipes/etcd/tools

go 1.25.0

require (
	go.etcd.io/etcd/etcdctl/v3 v3.5.33
	go.etcd.io/etcd/etcdutl/v3 v3.5.33
)
