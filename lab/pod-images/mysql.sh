# Runs in a pod in place of a database image: MySQL with GTIDs, and the users that Percona's operator would make.
set -e
DATA=/var/lib/mysql
mkdir -p "$DATA" /run/mysqld
[ -d "$DATA/mysql" ] || cp -a /lab/template/. "$DATA/"

password() { # NAME OF SECRET KEY, VALUE OF ENVIRONMENT
  for folder in /etc/mysql/mysql-users-secret /etc/mysql/users; do
    if [ -s "$folder/$1" ]; then cat "$folder/$1"; return; fi
  done
  printf %s "$2"
}

user() { # NAME, PASSWORD, GRANTS
  [ -n "$2" ] || return 0
  quoted=$(printf %s "$2" | sed "s/\\\\/\\\\\\\\/g; s/'/''/g")
  echo "CREATE USER IF NOT EXISTS '$1'@'%' IDENTIFIED BY '$quoted';"
  echo "ALTER USER '$1'@'%' IDENTIFIED BY '$quoted';"
  echo "GRANT $3 ON *.* TO '$1'@'%' WITH GRANT OPTION;"
}

# Not in the binary log: each server makes its own users, and its GTIDs must not differ for it.
{
  echo "SET sql_log_bin = 0;"
  user root "$(password root "$MYSQL_ROOT_PASSWORD")" ALL
  user operator "$(password operator "$OPERATOR_ADMIN_PASSWORD")" ALL
  user replication "$(password replication "$REPLICATION_PASSWORD")" "REPLICATION SLAVE, REPLICATION CLIENT"
  user monitor "$(password monitor "$MONITOR_PASSWORD")" "SELECT, PROCESS, SUPER, REPLICATION CLIENT, RELOAD"
  user xtrabackup "$(password xtrabackup "$XTRABACKUP_PASSWORD")" ALL
} > /run/mysqld/users.sql

# What the database's resource configures, as the operator mounts it; an option that only Percona's server knows is passed over.
cat /etc/percona-xtradb-cluster.conf.d/*.cnf 2>/dev/null | sed 's/^[[:space:]]*\([a-z]\)/loose_\1/' > /run/mysqld/configuration.cnf

# As small as it gets, since a fleet has many of them: the tables that tell of replication do without performance_schema.
exec /usr/sbin/mysqld --defaults-file=/run/mysqld/configuration.cnf --user=root --datadir="$DATA" --socket=/run/mysqld/mysqld.sock \
  --pid-file=/run/mysqld/mysqld.pid --init-file=/run/mysqld/users.sql --server-id="$LAB_SERVER_ID" --port=3306 \
  --admin-address="$LAB_ADDRESS" --admin-port=33062 --mysqlx=ON --mysqlx-port=33060 --mysqlx-bind-address="*" --mysqlx-socket=/run/mysqld/mysqlx.sock --skip-name-resolve --report-host="$LAB_INSTANCE" \
  --secure-file-priv=NULL --gtid-mode=ON --enforce-gtid-consistency=ON --log-bin=binlog --innodb-redo-log-capacity=8388608 \
  --innodb-flush-log-at-trx-commit=2 --sync-binlog=0 --max-connections=100 --table-open-cache=200 --log-error-verbosity=2 \
  --performance-schema=OFF --innodb-buffer-pool-size=8388608 --innodb-log-buffer-size=1048576 --key-buffer-size=8 \
  --temptable-max-ram=2097152 --innodb-doublewrite=OFF
