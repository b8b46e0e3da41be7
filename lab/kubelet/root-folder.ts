import { quote } from '../shell';

/** A folder or file of the machine that a container sees at a path of its own. */
export interface Bind {
  readonly from: string;
  readonly to: string;
  readonly readOnly?: boolean;
}

/** What a container's file system is made of. */
export interface RootFolder {
  /** An empty folder that becomes the root. */
  readonly mountPoint: string;
  /** The system whose programs and libraries the container has: the machine's own, or one in a folder. */
  readonly base: string;
  readonly hostname: string;
  readonly binds: readonly Bind[];
  readonly user: number;
  readonly group: number;
  readonly workingDirectory: string;
}

/** Files of /etc that programs look names up in; the container does not see the rest of the machine's /etc. */
const ETC_FILES = [
  'passwd',
  'group',
  'nsswitch.conf',
  'ld.so.cache',
  'protocols',
  'services',
  'mime.types',
  'gai.conf',
];

/**
 * The script that builds the root in a mount namespace of its own and then becomes the program. A tmpfs holds it, so
 * that whatever the program writes outside its volumes is gone with it and never reaches the machine.
 */
export function rootScript(root: RootFolder): string {
  const base = root.base === '/' ? '' : root.base;
  return `set -e
R=${quote(root.mountPoint)}
B=${quote(base)}
hostname ${quote(root.hostname)}
mount -t tmpfs -o mode=755,size=256m lab "$R"
mkdir -p "$R"/usr "$R"/etc "$R"/proc "$R"/sys "$R"/dev "$R"/tmp "$R"/run/lock "$R"/root "$R"/home "$R"/lab "$R"/opt
mkdir -p "$R"/var/lib "$R"/var/log "$R"/var/tmp
chmod 1777 "$R"/tmp "$R"/var/tmp "$R"/run/lock
# Relative: an absolute link would lead the mounts below out of this root and into the machine's own /run.
ln -s ../run "$R"/var/run
for name in bin sbin lib lib32 lib64; do
  if [ -L "$B/$name" ]; then cp -a "$B/$name" "$R/$name"
  elif [ -d "$B/$name" ]; then mkdir "$R/$name"; mount --bind "$B/$name" "$R/$name"; fi
done
mount --bind "$B/usr" "$R"/usr
mount -o remount,bind,ro "$R"/usr
for name in ${ETC_FILES.join(' ')}; do if [ -e "$B/etc/$name" ]; then cp -L "$B/etc/$name" "$R/etc/$name"; fi; done
for name in ssl alternatives; do
  if [ -d "$B/etc/$name" ]; then mkdir "$R/etc/$name"; mount --bind "$B/etc/$name" "$R/etc/$name"; fi
done
mount --rbind /proc "$R"/proc
mount --rbind /sys "$R"/sys
mount --rbind /dev "$R"/dev
${root.binds.map(bindLines).join('\n')}
exec chroot --userspec=${root.user}:${root.group} --groups=${root.group} "$R" /bin/sh -c 'cd "$0" && exec "$@"' ${quote(root.workingDirectory)} "$@"
`;
}

function bindLines(bind: Bind): string {
  const from = quote(bind.from);
  const to = `"$R"${quote(bind.to)}`;
  const lines = [
    `if [ -d ${from} ]; then mkdir -p ${to}; else mkdir -p "$(dirname ${to})"; [ -e ${to} ] || : > ${to}; fi`,
    `mount --bind ${from} ${to}`,
  ];
  if (bind.readOnly) lines.push(`mount -o remount,bind,ro ${to}`);
  return lines.join('\n');
}
