import tandem.Array
import tandem.Barrier
import tandem.BrokenBarrierException
import tandem.Call
import tandem.Code
import tandem.Condition
import tandem.EndOfPipeException
import tandem.Event
import tandem.Exploration
import tandem.Guarded
import tandem.Held
import tandem.Lock
import tandem.Manager
import tandem.Named
import tandem.Pipe
import tandem.Pool
import tandem.Queue
import tandem.QueueClosedException
import tandem.ReadWriteLock
import tandem.Script
import tandem.Scripts
import tandem.Semaphore
import tandem.Shared
import tandem.Side
import tandem.Slice
import tandem.Spawner
import tandem.Tandem
import tandem.Timeline
import tandem.Value
import tandem.WaitTimeoutException
import tandem.Worker
import tandem.WorkerException
import tandem.sync.DeadlockException
import tandem.sync.UncheckedInterruptedException
import static tandem.Scripts.*
import static tandem.Tandem.*
import static tandem.view.View.help
import static tandem.view.View.top
import static tandem.view.View.watch
prestart(3)
