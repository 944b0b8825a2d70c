#pragma once

#include <string>
#include <vector>

#include "provisioner/base/base/error.h"
#include "provisioner/base/value/value.h"

namespace provisioner::instance {

// Whether `admission_namespaces` and, where metrics are ours, `prometheus_pods_of` name namespaces
// that can be meant. `declared` are those of `access` and what else is known to be there. One near
// to a declared one is a mistake: images would go unvetted where they were meant to be. Others are
// what the role makes, and for Prometheus, which makes none, a warning.
enum class Metrics : bool { of_others, ours };
void check_named_namespaces(const value::Dict& of_first, const std::vector<std::string>& declared,
                            Metrics metrics, base::Diagnostics& diagnostics);

}  // namespace provisioner::instance
