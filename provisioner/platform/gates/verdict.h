#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace provisioner::gates {

// not_run: what the gate depends on could not be had. It is never taken for passed.
enum class Result : std::uint8_t { passed, failed, not_run };

constexpr const char* name_of(Result result) {
  switch (result) {
    case Result::passed:
      return "passed";
    case Result::failed:
      return "failed";
    default:
      return "not run";
  }
}

// What a gate says of a cluster, on the ground of what was really tried there.
struct Verdict {
  Result result = Result::not_run;
  std::string text;                       // one sentence
  std::vector<std::string> details = {};  // what was tried and came out otherwise
  std::string hint = {};
};

}  // namespace provisioner::gates
