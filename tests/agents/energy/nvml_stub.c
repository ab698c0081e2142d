/* A libnvidia-ml.so.1 with one card that draws a steady 150 W, for tests on machines without a GPU.
 *
 * NVML_STUB says what the card can do: "counter", "power" (no counter), "backwards" (a counter that runs down),
 * "nothing", "empty" (a driver without a card), "frozen" (a counter that stops after half a second), "hot" (heat holds
 * the clocks down), "capped" (a power limit does), "liar" (power is half of what the counter says), "instant" (power of
 * the moment is told beside an older mean), "mig" (shared by instances), or "gone" (the card falls off the bus after half
 * a second). The counter steps every 20 ms, as real ones do, or every NVML_STUB_STEP_MS. NVML_STUB_PID is a process that
 * computes on the card.
 */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define OK 0
#define NOT_SUPPORTED 3
#define WATTS 150ULL
#define INSUFFICIENT_SIZE 7
#define VOLTA 5

#define INSTANT_FIELD 186
#define GPU_IS_LOST 15

typedef struct {
    unsigned int field, scope; long long timestamp, latency_us; unsigned int type; int status;
    union { double d; int si; unsigned int ui; unsigned long ul; unsigned long long ull; signed long long sll; } value;
} field_t;

typedef struct { unsigned long long total, free, used; } memory_t;
typedef struct { unsigned int pid; unsigned long long memory; unsigned int gpu, compute; } process_t;

static int card; /* its address is the handle */

static int is(const char *word) {
    const char *mode = getenv("NVML_STUB");
    return mode && strcmp(mode, word) == 0;
}

static unsigned long long now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * 1000ULL + now.tv_nsec / 1000000ULL;
}

static unsigned long long step_ms(void) {
    const char *step = getenv("NVML_STUB_STEP_MS");
    return step ? strtoull(step, NULL, 10) : 20ULL;
}

static int is_past(unsigned long long after_ms) {
    static unsigned long long first;
    if (!first) first = now_ms();
    return now_ms() - first > after_ms;
}

int nvmlInit_v2(void) { return OK; }
int nvmlInitWithFlags(unsigned int flags) { (void)flags; return OK; }
int nvmlShutdown(void) { return OK; }
const char *nvmlErrorString(int code) { return code == NOT_SUPPORTED ? "Not Supported" : "Success"; }

int nvmlSystemGetDriverVersion(char *text, unsigned int size) { strncpy(text, "570.00", size); return OK; }
int nvmlDeviceGetCount_v2(unsigned int *count) { *count = is("empty") ? 0 : 1; return OK; }
int nvmlDeviceGetHandleByIndex_v2(unsigned int index, void **handle) { (void)index; *handle = &card; return OK; }
int nvmlDeviceGetName(void *handle, char *text, unsigned int size) { (void)handle; strncpy(text, "Stub 150", size); return OK; }
int nvmlDeviceGetUUID(void *handle, char *text, unsigned int size) { (void)handle; strncpy(text, "GPU-stub", size); return OK; }
int nvmlDeviceGetMemoryInfo(void *handle, memory_t *memory) {
    (void)handle;
    memory->total = 16ULL << 30; memory->free = 15ULL << 30; memory->used = 1ULL << 30;
    return OK;
}
int nvmlDeviceGetMigMode(void *handle, unsigned int *current, unsigned int *pending) {
    (void)handle;
    *current = *pending = 1;
    return is("mig") ? OK : NOT_SUPPORTED;
}
int nvmlDeviceGetArchitecture(void *handle, unsigned int *architecture) {
    (void)handle;
    *architecture = VOLTA; /* zeus asks for it: the first that has the counter */
    return OK;
}
int nvmlDeviceGetComputeRunningProcesses_v3(void *handle, unsigned int *count, process_t *processes) {
    (void)handle;
    const char *pid = getenv("NVML_STUB_PID");
    unsigned int room = *count;
    *count = pid ? 1 : 0;
    if (!pid) return OK;
    if (!processes || room < 1) return INSUFFICIENT_SIZE;
    memset(processes, 0, sizeof *processes);
    processes->pid = strtoul(pid, NULL, 10);
    return OK;
}
int nvmlDeviceGetTotalEnergyConsumption(void *handle, unsigned long long *millijoules) {
    (void)handle;
    if (is("power") || is("nothing")) return NOT_SUPPORTED;
    if (is("gone") && is_past(1500)) return GPU_IS_LOST;
    static unsigned long long counted;
    if (!is("frozen") || !is_past(500)) counted = now_ms() / step_ms() * step_ms() * WATTS;
    *millijoules = is("backwards") ? 1ULL << 60 : counted;
    if (is("backwards")) *millijoules -= counted;
    return OK;
}
int nvmlDeviceGetPowerUsage(void *handle, unsigned int *milliwatts) {
    (void)handle;
    if (is("nothing")) return NOT_SUPPORTED;
    if (is("gone") && is_past(1500)) return GPU_IS_LOST;
    *milliwatts = WATTS * (is("liar") ? 500 : is("instant") ? 250 : 1000);
    return OK;
}
int nvmlDeviceGetFieldValues(void *handle, int count, field_t *fields) {
    (void)handle;
    for (int i = 0; i < count; i++) {
        fields[i].status = is("instant") && fields[i].field == INSTANT_FIELD ? OK : NOT_SUPPORTED;
        fields[i].value.ui = WATTS * 1000;
    }
    return OK;
}
int nvmlDeviceGetCurrentClocksEventReasons(void *handle, unsigned long long *reasons) {
    (void)handle;
    *reasons = is("hot") ? 0x20 : is("capped") ? 0x4 : 0;
    return OK;
}
int nvmlDeviceGetTemperature(void *handle, int sensor, unsigned int *celsius) {
    (void)handle; (void)sensor;
    *celsius = 61;
    return OK;
}
