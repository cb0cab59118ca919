import static tandem.Tandem.*;

import tandem.*;

/// The first worker of `examples/WorkABC.java`: takes the lock for all of its rounds.
///
/// Arguments: the array, and how many rounds (10 000 unless given).
void main() {
    Array a = arg(0);
    int rounds = args().size() > 1 ? arg(1) : 10_000;
    a.acquire();
    for (int i = 0; i < rounds; i++) {
        IO.println("当前进程:%s | 获取到的数组:%s".formatted(current().name(), a.slice()));
        a.set(0, a.get(0) + 1);
    }
    a.release();
}
