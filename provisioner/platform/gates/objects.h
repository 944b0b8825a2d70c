#pragma once

#include <string>
#include <vector>

#include "provisioner/platform/gates/answer.h"
#include "provisioner/platform/gates/trial.h"

namespace provisioner::gates {

// What an object store has answered from outside of the cluster, where people's browsers are, to
// URLs that were signed: `put` and `got` were asked as by a page of the public name.
struct ObjectAnswers {
  std::string text;  // that was put
  Answer put, got, removed;
};

// G-5, beside what a pod has tried.
std::vector<Line> lines_of(const ObjectAnswers& answers, const std::string& public_name);

}  // namespace provisioner::gates
