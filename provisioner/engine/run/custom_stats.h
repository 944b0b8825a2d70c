#pragma once

#include <string>

#include "provisioner/base/value/value.h"

namespace provisioner::run {

// What set_stats tasks say for the end of a run, summed up as ansible-playbook does.
class CustomStats {
 public:
  // `host`: "" for the run as a whole. With `is_aggregate` a value is added to one of the same type
  // (numbers, texts, lists, dicts key by key; another type changes nothing), else it takes its
  // place.
  void add(const std::string& host, const value::Dict& figures, bool is_aggregate);

  bool is_empty() const { return hosts_.is_empty() && run_.is_empty(); }
  value::Dict shown() const;  // {hosts: {n01: {...}}, run: {...}}

 private:
  value::Dict hosts_, run_;
};

}  // namespace provisioner::run
