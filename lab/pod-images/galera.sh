# Runs in a pod in place of a MariaDB image: a Galera node. The first pod of its StatefulSet starts the cluster; the others,
# and a pod that comes back, join those that its headless Service names.
set -e
DATA=/var/lib/mysql
mkdir -p "$DATA" /run/mysqld
[ -d "$DATA/mysql" ] || cp -a /lab/template/. "$DATA/"

peers() { getent ahostsv4 "${LAB_INSTANCE%-*}" | awk -v own="$LAB_ADDRESS" '$1 != own { print $1 }' | sort -u | paste -sd,; }

first=
if [ "${LAB_INSTANCE##*-}" = 0 ] && [ ! -e "$DATA/grastate.dat" ]; then
  first=--wsrep-new-cluster
else
  until [ -n "$(peers)" ]; do sleep 0.5; done
fi

# In a file and not in arguments: the script that sends a node's state hands all arguments on to a backup program that
# does not know them. A node gives up on peers that it cannot reach after ten seconds, not thirty: the kubelet tries again.
cat > /run/mysqld/my.cnf <<END
[mysqld]
user = root
datadir = $DATA
socket = /run/mysqld/mysqld.sock
pid-file = /run/mysqld/mysqld.pid
port = 3306
bind-address = 0.0.0.0
skip-name-resolve
binlog-format = ROW
innodb-autoinc-lock-mode = 2
innodb-flush-log-at-trx-commit = 0
innodb-buffer-pool-size = 8M
wsrep-on = ON
wsrep-provider = /usr/lib/galera/libgalera_smm.so
wsrep-cluster-name = lab
wsrep-cluster-address = gcomm://$(peers)
wsrep-node-name = $LAB_INSTANCE
wsrep-node-address = $LAB_ADDRESS
wsrep-sst-method = mariabackup
wsrep-sst-auth = root:
wsrep-provider-options = gcache.size=8M;pc.wait_prim_timeout=PT10S
END
exec /usr/sbin/mariadbd --defaults-file=/run/mysqld/my.cnf $first
