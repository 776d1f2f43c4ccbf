"""A standalone Spark cluster on loopback: one master and two workers of one core, each a process of its own."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from workbench.simulate.backends import spark as spark_engine


@contextlib.contextmanager
def cluster(folder: Path, memory: str = "1g") -> Iterator[str]:
    """Address of a running cluster; `folder` takes its logs, `memory` is what each worker may use."""
    import pyspark

    home = Path(pyspark.__file__).parent
    environment = os.environ | {"SPARK_HOME": str(home), "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_DAEMON_MEMORY": "512m"}
    start = [str(home / "bin" / "spark-class")]
    port = free_port()
    url = f"spark://127.0.0.1:{port}"
    master = [*start, "org.apache.spark.deploy.master.Master", "--host", "127.0.0.1", "--port", str(port)]
    worker = [
        *start,
        "org.apache.spark.deploy.worker.Worker",
        "--host",
        "127.0.0.1",
        "--cores",
        "1",
        "--memory",
        memory,
    ]
    commands = [[*master, "--webui-port", "0"]]
    commands += [[*worker, "--webui-port", "0", "--work-dir", str(folder / f"w{n}"), url] for n in (1, 2)]
    started = []
    with (folder / "cluster.log").open("wb") as log:
        try:
            for command in commands:
                started.append(subprocess.Popen(command, env=environment, stdout=log, stderr=log))
                await_port(port)
            yield url
        finally:
            spark_engine.stop()
            for process in started:
                process.terminate()
            for process in started:
                process.wait(30)


def free_port() -> int:
    with contextlib.closing(socket.socket()) as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def await_port(port: int) -> None:
    for _ in range(300):
        with contextlib.closing(socket.socket()) as one:
            if one.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the cluster's master did not start")
