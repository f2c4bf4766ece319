// What Go's math package answers: binary records for the agreement test, or --golden, the table of the ordinary test.
package main

import (
	"bufio"
	"encoding/binary"
	"flag"
	"fmt"
	"math"
	"math/rand"
	"os"
	"strconv"
)

type function struct {
	name  string
	one   func(float64) float64
	two   func(float64, float64) float64
	edges []float64 // where its algorithm turns
}

var functions = []function{
	{name: "Exp", one: math.Exp, edges: []float64{709.4361393031, 709.78271289338397, -708.3964185322641,
		-745.1332191019411, -744.4400719213812, 0.34657359}},
	{name: "Exp2", one: math.Exp2, edges: []float64{1023.5, 1024, 1023.9999999999999, -1022, -1022.5, -1074, -1075}},
	{name: "Log", one: math.Log, edges: []float64{math.Sqrt2 / 2, math.Sqrt2, math.E}},
	{name: "Log2", one: math.Log2, edges: []float64{math.Sqrt2 / 2, math.Sqrt2, 1024}},
	{name: "Log10", one: math.Log10, edges: []float64{math.Sqrt2 / 2, math.Sqrt2, 10, 1000}},
	{name: "Log1p", one: math.Log1p, edges: []float64{math.Sqrt2 - 1, math.Sqrt2/2 - 1, 0x1p-29, 0x1p-54, 0x1p53, -0.5}},
	{name: "Sin", one: math.Sin, edges: circle},
	{name: "Cos", one: math.Cos, edges: circle},
	{name: "Tan", one: math.Tan, edges: append([]float64{1e-7}, circle...)},
	{name: "Asin", one: math.Asin, edges: []float64{0.7, 0.55, 0.9999}},
	{name: "Acos", one: math.Acos, edges: []float64{0.7, 0.55, 0.9999}},
	{name: "Atan", one: math.Atan, edges: []float64{0.66, 2.41421356237309504880, 1e17}},
	{name: "Sinh", one: math.Sinh, edges: []float64{0.5, 21, 709.5, 710.4}},
	{name: "Cosh", one: math.Cosh, edges: []float64{0.5, 21, 709.5, 710.4}},
	{name: "Tanh", one: math.Tanh, edges: []float64{0.625, 44.014845965556527, 20}},
	{name: "Asinh", one: math.Asinh, edges: []float64{2, 0x1p28, 0x1p-28}},
	{name: "Acosh", one: math.Acosh, edges: []float64{2, 0x1p28, 1.0000001}},
	{name: "Atanh", one: math.Atanh, edges: []float64{0.5, 0x1p-28, 0.999999}},
	{name: "Pow", two: math.Pow, edges: []float64{2, 3, 0.5, 1.5, 10, 0x1p53, 0x1p63, 1074, 1024, 4096}},
	{name: "Atan2", two: math.Atan2, edges: []float64{0.66, 2.41421356237309504880}},
	{name: "Max", two: math.Max},
	{name: "Min", two: math.Min},
	{name: "Sqrt", one: math.Sqrt, edges: []float64{2}},
	{name: "Floor", one: math.Floor, edges: []float64{0.5, 1.5, 0x1p52, 0x1p53}},
	{name: "Ceil", one: math.Ceil, edges: []float64{0.5, 1.5, 0x1p52, 0x1p53}},
	{name: "Trunc", one: math.Trunc, edges: []float64{0.5, 1.5, 0x1p52, 0x1p53}},
	{name: "Mod", two: math.Mod, edges: []float64{0.1, 3, 1e300, 0x1p-1070}},
}

// Multiples of pi/4, where the reduction changes, and the double that is nearest to a multiple of pi/2.
var circle = []float64{math.Pi / 4, math.Pi / 2, 3 * math.Pi / 4, math.Pi, 5 * math.Pi / 4, 3 * math.Pi / 2,
	7 * math.Pi / 4, 2 * math.Pi, 1e6, 0x1p29, 0x1p300, 6381956970095103 * 0x1p797, 3190978485047551.5 * 0x1p797}

var everywhere = []float64{0, 1, 5e-324, 0x1p-1030, 0x1p-1022, 1e-10, 1e10, 1e300, math.MaxFloat64}

var typical = []float64{0.1, 0.25, 0.3, 0.75, 0.95, 1.1, 2.5, 3.14, 7, 12.5, 42, 99.9, 123.456, 1000, 86400, 1.7e9}

// x, its neighbours and their negatives.
func around(x float64) []float64 {
	up, down := math.Nextafter(x, math.Inf(1)), math.Nextafter(x, math.Inf(-1))
	return []float64{x, up, down, -x, -up, -down}
}

func edges(f function) []float64 {
	all := []float64{math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1)}
	for _, list := range [][]float64{everywhere, f.edges} {
		for _, x := range list {
			all = append(all, around(x)...)
		}
	}
	return all
}

func spread(rng *rand.Rand, most float64) float64 { return (rng.Float64()*2 - 1) * most }

// Numbers of every kind: any bits, any size, ranges that people ask about, decimals, angles, and neighbours of edges.
func random(rng *rand.Rand, edges []float64) float64 {
	switch rng.Intn(12) {
	case 0:
		return math.Float64frombits(rng.Uint64())
	case 1:
		return math.Ldexp(spread(rng, 1), rng.Intn(120)-60)
	case 2:
		return math.Ldexp(spread(rng, 1), -1000-rng.Intn(75))
	case 3:
		return spread(rng, 1)
	case 4:
		return spread(rng, 30)
	case 5:
		return spread(rng, 1100)
	case 6:
		return spread(rng, 1e12)
	case 7:
		return float64(rng.Intn(200001)-100000) / 100
	case 8:
		return float64(rng.Intn(2001)-1000) / 2
	case 9:
		return float64(rng.Intn(1<<20)) * (math.Pi / 4) * (1 + spread(rng, 1e-15))
	case 10:
		return 1 + math.Ldexp(spread(rng, 1), -rng.Intn(52))
	}
	return edges[rng.Intn(len(edges))] * (1 + math.Ldexp(spread(rng, 1), -rng.Intn(52)))
}

func (f function) arguments() int {
	if f.two != nil {
		return 2
	}
	return 1
}

// The arguments, and the answer behind them.
func (f function) record(x, y float64) []float64 {
	if f.two != nil {
		return []float64{x, y, f.two(x, y)}
	}
	return []float64{x, f.one(x)}
}

func writeRandom(out *bufio.Writer, rng *rand.Rand, f function, count int) {
	fmt.Fprintf(out, "%s %d %d\n", f.name, f.arguments(), count)
	special := edges(f)
	for i := 0; i < count; i++ {
		var bytes [8]byte
		for _, value := range f.record(random(rng, special), random(rng, special)) {
			binary.LittleEndian.PutUint64(bytes[:], math.Float64bits(value))
			out.Write(bytes[:])
		}
	}
}

func writeLine(out *bufio.Writer, f function, x, y float64) {
	fmt.Fprint(out, f.name)
	for _, value := range f.record(x, y) {
		fmt.Fprint(out, " ", strconv.FormatFloat(value, 'x', -1, 64))
	}
	fmt.Fprintln(out)
}

// Of one argument: every edge, typical numbers. Of two: a handful of each, every pair.
func writeGolden(out *bufio.Writer, f function) {
	if f.two == nil {
		for _, x := range append(edges(f), typical...) {
			writeLine(out, f, x, 0)
		}
		return
	}
	few := append([]float64{math.NaN(), math.Inf(1), math.Inf(-1), 0, math.Copysign(0, -1), 1, -1, 0.3, -2.5}, f.edges...)
	for _, x := range few {
		for _, y := range few {
			writeLine(out, f, x, y)
		}
	}
}

func main() {
	golden := flag.Bool("golden", false, "write the table of the ordinary test")
	seed := flag.Int64("seed", 1, "of the random numbers")
	count := flag.Int("count", 1000000, "random arguments of each function")
	flag.Parse()
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	rng := rand.New(rand.NewSource(*seed))
	for _, f := range functions {
		if *golden {
			writeGolden(out, f)
		} else {
			writeRandom(out, rng, f, *count)
		}
	}
}
