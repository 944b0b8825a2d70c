// The record of a run, from its beginning to its end.

#include "provisioner/front/cli/run_record.h"

#include "provisioner/base/base/error.h"
#include "provisioner/base/os/clock.h"
#include "provisioner/base/value/json.h"
#include "provisioner/engine/run/exit_code.h"
#include "provisioner/front/cli/place.h"
#include "provisioner/front/cli/shown_words.h"

namespace provisioner::cli {

using base::Error;
using value::List;
using value::Value;

void RunRecord::begin(const Begin& begin) {
  const std::vector<std::string>& words = begin.typed.words;
  run_ = store_.begin_run({shown_words(words), operator_name(), begin.parameters});
  const crypto::SealingKey key = store_.run_key(run_);
  store::Event event;  // the words may hold secrets (-e)
  event.sequence = 0;
  event.time = os::system_clock().wall();
  event.kind = store::EventKind::run_started;
  event.sealed = key.seal(value::write_cbor(Value(List(words.begin(), words.end()))), run_);
  store_.append(run_, {event});
}

RunRecord::RunRecord(store::RunStore& store, const Begin& begin) : store_(store) {
  if (begin.typed.resumed_run.empty()) {
    this->begin(begin);
  } else {
    run_ = begin.typed.resumed_run;
    before_ = store_.run(run_);
    store_.take_up_run(run_);
  }
  try {
    fence_.authority = store_.id();
    for (const store::Lock& lock : store_.lock(run_, begin.nodes, begin.steals_locks)) {
      fence_.number = lock.fence;
      fence_.nodes.insert(lock.node);
    }
  } catch (const Error&) {
    if (before_)
      store_.put_back_run(*before_);  // it can still be resumed
    else
      store_.end_run(run_, run::own_failure, true);
    throw;
  }
}

RunRecord::~RunRecord() {
  if (is_ended_) return;
  try {
    end(run::own_failure);
  } catch (const Error&) {
    // The failure that brought us here is told; the next run finds this one dead.
  }
}

void RunRecord::end(int exit_code) {
  is_ended_ = true;
  store_.unlock(run_);
  store_.end_run(run_, exit_code, exit_code == 0);
}

}  // namespace provisioner::cli
