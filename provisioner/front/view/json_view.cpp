// Events as JSON lines.

#include "provisioner/front/view/json_view.h"

#include "provisioner/base/value/json.h"

namespace provisioner::view {

void JsonView::take(const store::Event& event) {
  terminal_.line(value::write_json(store::to_value(event)));
}

}  // namespace provisioner::view
