"""Synthetic sysfs trees and command output in the documented formats; no board of ours was at hand to record them."""

from pathlib import Path


def jetson(root: Path, *, volts_mv: int = 5000, amperes_ma: int = 2000) -> Path:
    """The hwmon tree of a Jetson with one INA3221, beside a fan that is no power monitor.

    Channel 4 is what the driver adds: a shunt voltage and the sum of the currents. Multiplied they are no power.
    """
    chip, fan = root / "hwmon3", root / "hwmon0"
    for folder, name in ((chip, "ina3221"), (fan, "pwmfan")):
        folder.mkdir(parents=True)
        (folder / "name").write_text(f"{name}\n")
    put(fan, in1_label="VDD_IN", in1_input=1, curr1_input=1)
    put(chip, in1_label="VDD_IN", in1_input=volts_mv, curr1_input=amperes_ma)
    put(chip, in2_label="VDD_CPU_GPU_CV", in2_input=4990, curr2_input=800)
    put(chip, in3_label="VDD_SOC", in3_input=4980, curr3_input=400)
    put(chip, in4_label="sum of shunt voltages", in4_input=9, curr4_input=3200)
    return chip


def put(folder: Path, **files: object) -> None:
    """Each file is replaced as a whole, so that a reader beside it never sees an empty one."""
    for name, value in files.items():
        new = folder / f".{name}"
        new.write_text(f"{value}\n")
        new.rename(folder / name)


# Rails as a Pi 5's firmware prints them, with round numbers, and two voltages that no current goes with.
PMIC_OUTPUT = """\
 3V7_WL_SW_A current(0)=0.10000000A
   3V3_SYS_A current(1)=0.10000000A
   1V8_SYS_A current(2)=0.20000000A
  VDD_CORE_A current(7)=3.2000000{last}A
   0V8_AON_A current(16)=0.00000000A
      HDMI_A current(22)=0.02000000A
 3V7_WL_SW_V volt(8)=3.70000000V
   3V3_SYS_V volt(9)=3.30000000V
   1V8_SYS_V volt(10)=1.80000000V
  VDD_CORE_V volt(15)=0.80000000V
   0V8_AON_V volt(19)=0.80000000V
      HDMI_V volt(23)=5.00000000V
     EXT5V_V volt(24)=5.09000000V
      BATT_V volt(25)=0.00000000V
"""
PMIC_W = 3.7 * 0.1 + 3.3 * 0.1 + 1.8 * 0.2 + 0.8 * 3.2 + 5.0 * 0.02

VCGENCMD = """\
#!/bin/sh
here=$(dirname "$0")
test "$1" = pmic_read_adc || exit 1
test -e "$here/hangs" && exec sleep 20
test -e "$here/fails" && echo "VCHI initialization failed" >&2 && exit 255
cat "$here/output"
"""


def vcgencmd(root: Path, output: str = PMIC_OUTPUT.format(last=0)) -> Path:
    """A command that prints the file `output` beside it; a file `hangs` makes it hang, a file `fails` fail."""
    command = root / "vcgencmd"
    command.write_text(VCGENCMD)
    command.chmod(0o755)
    (root / "output").write_text(output)
    return command
