// Replaces googlesqlite's own at build time: it neither sorted its input nor left out NULLs,
// so that its quantiles were those of no order at all. BigQuery's leave out NULLs by default.
package approx_aggregate

import (
	"sort"
	"sync"

	"github.com/goccy/googlesqlite/internal/functions/helper"
	"github.com/goccy/googlesqlite/internal/value"
)

type APPROX_QUANTILES struct {
	once   sync.Once
	values []value.Value
	num    int64
}

func (f *APPROX_QUANTILES) Step(v value.Value, num int64, opt *helper.Option) error {
	f.once.Do(func() {
		f.num = num
	})
	if v != nil {
		f.values = append(f.values, v)
	}
	return nil
}

func (f *APPROX_QUANTILES) Done() (value.Value, error) {
	if len(f.values) == 0 {
		return nil, nil
	}
	var failed error
	sort.SliceStable(f.values, func(i, j int) bool {
		less, err := f.values[i].LT(f.values[j])
		if err != nil {
			failed = err
		}
		return less
	})
	if failed != nil {
		return nil, failed
	}
	last := int64(len(f.values) - 1)
	result := &value.ArrayValue{}
	for i := int64(0); i <= f.num; i++ {
		result.Values = append(result.Values, f.values[(i*last+f.num/2)/f.num])
	}
	return result, nil
}
