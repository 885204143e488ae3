// MetricSet: registers metric families with prometheus-cpp and remembers what was registered, so
// that a golden file can guard names, types, labels and help. It is the machinery; which metrics
// there are stands in metrics.h and nowhere else.

#ifndef ONETHING_LIBS_TELEMETRY_METRIC_SET_H_
#define ONETHING_LIBS_TELEMETRY_METRIC_SET_H_

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <initializer_list>
#include <string>
#include <type_traits>
#include <vector>

#include "absl/strings/string_view.h"

namespace onething::telemetry {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;

// Upper bounds of a histogram's buckets, ascending, in the metric's unit.
using Buckets = std::vector<double>;

// What the golden file says of one family.
struct Definition {
  std::string name;
  // counter, gauge or histogram.
  std::string type;
  std::vector<std::string> labels;
  std::string help;

  // `name type {label,label} help`, one line of the golden file without its end.
  std::string Format() const;
};

// A family whose children differ by label values. Copyable handle; the set it came from outlives
// it. Thread safe.
template <class Metric>
class Labelled {
 public:
  Labelled(prometheus::Family<Metric>* family, std::vector<std::string> labels, Buckets buckets)
      : family_(family), labels_(std::move(labels)), buckets_(std::move(buckets)) {}

  // The child with these values, one for each label in the order of the definition; made when first
  // asked for, kept as long as the set. Takes a lock and builds a key (about half a microsecond):
  // what is hot asks once and keeps the reference.
  Metric& With(std::initializer_list<absl::string_view> values) const {
    const prometheus::Labels key = ToLabels(labels_, values);
    if constexpr (std::is_same_v<Metric, Histogram>) {
      return family_->Add(key, buckets_);
    } else {
      return family_->Add(key);
    }
  }

 private:
  static prometheus::Labels ToLabels(const std::vector<std::string>& names,
                                     std::initializer_list<absl::string_view> values);

  prometheus::Family<Metric>* const family_;
  const std::vector<std::string> labels_;
  const Buckets buckets_;
};

// The families of one process. Registering is for construction, from one thread; Collect is thread
// safe.
class MetricSet {
 public:
  // Registers a family without labels and returns its one metric, which lives as long as the set.
  Counter& NewCounter(const std::string& name, const std::string& help);
  Gauge& NewGauge(const std::string& name, const std::string& help);
  Histogram& NewHistogram(const std::string& name, const Buckets& buckets, const std::string& help);

  // The same with labels.
  Labelled<Counter> NewCounters(const std::string& name, const std::vector<std::string>& labels,
                                const std::string& help);
  Labelled<Gauge> NewGauges(const std::string& name, const std::vector<std::string>& labels,
                            const std::string& help);
  Labelled<Histogram> NewHistograms(const std::string& name, const std::vector<std::string>& labels,
                                    const Buckets& buckets, const std::string& help);

  // What was registered, in that order.
  const std::vector<Definition>& definitions() const { return definitions_; }

  // The current values; families without children are left out.
  std::vector<prometheus::MetricFamily> Collect() const { return registry_.Collect(); }

 private:
  template <class Metric>
  prometheus::Family<Metric>* Register(const std::string& name, const char* type,
                                       const std::vector<std::string>& labels,
                                       const std::string& help);

  prometheus::Registry registry_{prometheus::Registry::InsertBehavior::Throw};
  std::vector<Definition> definitions_;
};

}  // namespace onething::telemetry

#endif  // ONETHING_LIBS_TELEMETRY_METRIC_SET_H_
