import static java.lang.Math.*
int larger = max(1, 2)
var numbers = List.of(larger)
record Pair(int left, int right) {}
Pair pair(int n) { return new Pair(n, n + 1); }
numbers.forEach(n -> System.out.println(pair(n)))
undefined + 1
/exit
