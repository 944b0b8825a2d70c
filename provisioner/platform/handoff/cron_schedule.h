#pragma once

#include <string>

namespace provisioner::handoff {

// Whether Kubernetes takes it for a CronJob's: five fields, or a word like "@daily" (robfig/cron
// v3, ParseStandard).
bool is_cron_schedule(const std::string& text);

}  // namespace provisioner::handoff
