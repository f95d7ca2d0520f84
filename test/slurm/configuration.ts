/** A slurm.conf for one node on this machine, whose daemons write to one folder. */
import { hostname } from "node:os";
import { join } from "node:path";

/** The number of concurrent single-processor tasks, regardless of the machine. */
const processors = 16;

/** The path of the file, which daemons and commands find by SLURM_CONF. */
export const file = (folder: string): string => join(folder, "slurm.conf");

export const mungeSocket = (folder: string): string => join(folder, "munge.socket");

/**
 * Without control groups and accounting, which would require a
 * separate service; listens only on the loopback.
 */
export const text = (
  folder: string,
  ports: { readonly controller: number; readonly node: number },
): string => {
  const host = hostname().split(".")[0];
  const user = process.getuid?.();
  return `ClusterName=test
SlurmctldHost=${host}(127.0.0.1)
SlurmctldPort=${ports.controller}
SlurmdPort=${ports.node}
CommunicationParameters=NoCtldInAddrAny,NoInAddrAny
SlurmUser=${user}
SlurmdUser=${user}
AuthType=auth/munge
AuthInfo=socket=${mungeSocket(folder)}
StateSaveLocation=${folder}
SlurmdSpoolDir=${folder}
SlurmctldPidFile=${folder}/slurmctld.pid
SlurmdPidFile=${folder}/slurmd.pid
ProctrackType=proctrack/linuxproc
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=batch_sched_delay=0,sched_interval=1
SlurmdParameters=config_overrides
ReturnToService=2
NodeName=${host} NodeAddr=127.0.0.1 CPUs=${processors} State=UNKNOWN
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
`;
};
