import os
import subprocess
import sys

from agents.energy.nvml_watch import is_own


def test_this_process_and_what_it_started_are_ours_and_nobody_else():
    program = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import os; print(os.getpid()); input()'])"
    with subprocess.Popen(
        [sys.executable, "-c", program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        grandchild = int(child.stdout.readline())

        assert is_own(os.getpid())
        assert is_own(child.pid)
        assert is_own(grandchild)
        assert not is_own(os.getppid())
        child.stdin.write("\n")
    assert not is_own(grandchild)
