// What Castkey.cs does without; copy this file beside it for
//   - Linux and macOS,
//   - a bot that may be started twice at once before it is paired,
//   - the application's own token, an account's scopes, how the vault stands, its events, Connect.
namespace CastkeyClient {
    using System;
    using System.Collections.Generic;
    using System.Diagnostics;
    using System.Globalization;
    using System.IO;
    using System.Linq;
    using System.Net;
    using System.Net.Sockets;
    using System.Runtime.InteropServices;
    using System.Text;
    using System.Threading;
    using System.Threading.Tasks;

    using Fields = System.Collections.Generic.Dictionary<string, object>;

    /// <summary>An account this bot may use.</summary>
    public sealed class User {
        public string UserId { get; }
        public string Login { get; }
        public IReadOnlyList<string> Intents { get; }
        public IReadOnlyList<string> Scopes { get; }
        public DateTimeOffset? ExpiresAt { get; }
        /// <summary>ok, offline, needs-sign-in, setup or expired.</summary>
        public string State { get; }
        /// <summary>Of its newest token; null from older vaults.</summary>
        public long? Version { get; }

        /// <summary>account: as Check.Account has found it to be in order.</summary>
        internal User(Fields account) {
            UserId = (string)account["userId"];
            Login = (string)account["login"];
            Intents = Check.List(account["intents"]).Cast<string>().ToList();
            Scopes = Check.Plains(account["scope"]);
            if (account.Has("expiresAt")) ExpiresAt = Check.Time((long)account["expiresAt"]);
            State = (string)account["state"];
            Version = account.Get("version") as long?;
        }
    }

    /// <summary>How the vault stands.</summary>
    public sealed class Status {
        public string Version { get; }
        public bool Locked { get; }
        public IReadOnlyList<User> Users { get; }
        /// <summary>Client ID of the Twitch application this bot works for; null while there is none, and from older vaults.</summary>
        public string ClientId { get; }

        internal Status(Fields given) {
            Version = Check.Text(Check.Record(given.Get("server")).Get("version"));
            Locked = Check.Flag(given.Get("locked"));
            Users = Check.Accounts(given).Select(account => new User(account)).ToList();
            if (given.Has("application")) ClientId = Check.Plain(Check.Record(given.Get("application")).Get("clientId"));
        }
    }

    /// <summary>One of docs/protocol.md, section 5; none holds a token. After each connection and each overflow comes a
    /// "state", from older vaults aside: who isn't among its Users has been withdrawn.</summary>
    public sealed class VaultEvent {
        public string Type { get; }
        /// <summary>null where the event is about no account.</summary>
        public string UserId { get; }
        /// <summary>That account after the event; null where this bot may no longer use it, and from older vaults.</summary>
        public User User { get; }
        /// <summary>Of a "state": all accounts this bot may use; else null.</summary>
        public IReadOnlyList<User> Users { get; }
        /// <summary>Everything that was sent.</summary>
        public IReadOnlyDictionary<string, object> Fields { get; }

        internal VaultEvent(Fields given) {
            Type = (string)given["type"];
            UserId = given.Get("userId") as string;
            if (given.Has("user")) User = new User(Check.Record(given["user"]));
            if (Type == "state") Users = Check.Accounts(given).Select(account => new User(account)).ToList();
            Fields = given;
        }
    }

    public sealed partial class Castkey {
        private static readonly TimeSpan LockStale = TimeSpan.FromMinutes(11);
        private readonly List<Action<VaultEvent>> listeners = new List<Action<VaultEvent>>();
        private Task telling = Task.FromResult(true);

        /// <summary>Connects now rather than at the first call. Pairs if need be; without Wants, the first call does that.</summary>
        public async Task ConnectAsync() {
            try { await Ready(null, Stopwatch.StartNew()).ConfigureAwait(false); }
            catch (CastkeyException error) when (error == NobodyAsks) { }
        }

        public void Connect() { Task.Run(ConnectAsync).GetAwaiter().GetResult(); }

        /// <summary>The token of the Twitch application itself; no-app-token if that is a public client.</summary>
        public Task<Token> AppTokenAsync(bool forceNew = false) {
            if (forceNew) lock (gate) cache.Forget(one => one.Token.UserId == null);
            return Get("getAppAccessToken", new Fields { { "forceNew", forceNew } });
        }

        public Token AppToken(bool forceNew = false) => Run(() => AppTokenAsync(forceNew));

        /// <summary>The scopes of an account's token; none for an unknown account.</summary>
        public async Task<IReadOnlyList<string>> ScopesAsync(string user) {
            return Check.Plains(await Ask("getCurrentScopesForUser", Whose(user, null), Stopwatch.StartNew()).ConfigureAwait(false));
        }

        public IReadOnlyList<string> Scopes(string user) => Run(() => ScopesAsync(user));

        /// <summary>How the vault and the accounts this bot may use stand.</summary>
        public async Task<Status> StatusAsync() {
            return new Status(Check.Record(await Ask("status", new Fields(), Stopwatch.StartNew()).ConfigureAwait(false)));
        }

        public Status Status() => Run(StatusAsync);

        /// <summary>Has every event told to listener, one after the other. Call the result to stop.</summary>
        public Action OnChange(Action<VaultEvent> listener) {
            lock (gate) listeners.Add(listener);
            return () => { lock (gate) listeners.Remove(listener); };
        }

        partial void Tell(Fields told) {
            if (listeners.Count == 0) return;
            var heard = new VaultEvent(told);
            foreach (Action<VaultEvent> listener in listeners.ToList()) telling = telling.ContinueWith(_ => Tell(listener, heard), TaskScheduler.Default);
        }

        /// <summary>A listener's fault is told, and keeps nobody else from hearing.</summary>
        private static void Tell(Action<VaultEvent> listener, VaultEvent heard) {
            try { listener(heard); }
            catch (Exception error) { Trace.TraceError("A listener of Castkey's events failed: " + error); }
        }

        /// <summary>Takes the right to pair, so that two processes of a bot don't open two windows; false while another has it.</summary>
        partial void TakeKeyLock(ref bool taken) {
            string path = keyFile.Path + ".lock";
            for (int tries = 0; ; tries++) {
                try {
                    platform.MakeFolder(Path.GetDirectoryName(Path.GetFullPath(path)));
                    if (IsStale(path)) KeyFile.Remove(path);
                    using (var file = new StreamWriter(new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read)))
                        file.Write(Process.GetCurrentProcess().Id);
                    return;
                } catch (Exception error) when (KeyFile.IsRefused(error)) {
                    taken = !File.Exists(path);
                    if (!taken) return;
                    // The other process may have given it back this very moment.
                    if (tries == 3) throw new CastkeyException("key-file", "The folder of " + keyFile.Path + " can't be written to.");
                }
            }
        }

        partial void GiveKeyLock() { KeyFile.Remove(keyFile.Path + ".lock"); }

        private static bool IsStale(string path) {
            if (!File.Exists(path)) return false;
            if (DateTime.UtcNow - File.GetLastWriteTimeUtc(path) > LockStale) return true;
            int process;
            // A lock without a number is one that is being written this moment.
            if (!int.TryParse(File.ReadAllText(path), NumberStyles.None, CultureInfo.InvariantCulture, out process) || process <= 0) return false;
            try { Process.GetProcessById(process).Dispose(); }
            catch (ArgumentException) { return true; } // there is none
            return false;
        }
    }

    // --- Linux and macOS

    internal partial class Platform {
        static partial void FindUnix(ref Platform found) { found = new UnixPlatform(); }
    }

    internal sealed class UnixPlatform : Platform {
        private static readonly bool Linux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);
        internal static string RunUser = "/run/user";

        protected override bool IsAbsolute(string path) => path.StartsWith("/", StringComparison.Ordinal);

        /// <summary>A relative variable ("~/.config" that no shell has read, too) is ignored: it would be another folder each time.</summary>
        protected override string SettingsFolder() {
            string home = Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), given = Variable("XDG_CONFIG_HOME");
            if (!Linux) return home + "/Library/Application Support";
            return given != null && IsAbsolute(given) ? given : home + "/.config";
        }

        protected override string DefaultSocket(string home) {
            string runtime = home == null && Linux ? RuntimeFolder() : null;
            return runtime != null ? runtime + "/castkey/castkey.sock" : (home ?? SettingsFolder() + "/Castkey") + "/castkey.sock";
        }

        /// <summary>What is this user's alone: others could put a socket of theirs into anything else. Null if there is none.</summary>
        private string RuntimeFolder() {
            string[] folders = { WithoutSlash(Variable("XDG_RUNTIME_DIR") ?? ""), RunUser + "/" + geteuid() };
            return folders.FirstOrDefault(folder => IsAbsolute(folder) && ModeOf(folder) == 0x41c0); // a folder, 0700
        }

        protected override void RefuseSocket(string path) {
            int max = Linux ? 107 : 103;
            if (!IsAbsolute(path)) throw Bad("The path of the socket is not absolute (\"" + path + "\"): set CASTKEY_SOCKET.");
            if (Encoding.UTF8.GetByteCount(path) > max) throw Bad("The path of the socket is longer than " + max + " bytes: set CASTKEY_SOCKET.");
        }

        internal override Stream Connect(string path) {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try { socket.Connect(new UnixAddress(path)); }
            catch {
                socket.Dispose();
                throw;
            }
            return new UnixStream(socket);
        }

        internal override void RefuseShared(FileStream file, string path) {
            int? mode;
#if NET7_0_OR_GREATER
            mode = Linux ? ModeOf("", file) : (int)File.GetUnixFileMode(file.SafeFileHandle);
#else
            if (!Linux) throw KeyFile.Problem(path, "can't be checked for its mode by this version of .NET");
            mode = ModeOf("", file);
#endif
            if (mode == null) throw KeyFile.Problem(path, "belongs to another user");
            if ((mode & 63) != 0) throw KeyFile.Problem(path, "can be read by others; run: chmod 600 '" + path + "'"); // 0077
        }

        internal override void MakeFolder(string folder) {
            if (Directory.Exists(folder)) return;
            string parent = Path.GetDirectoryName(folder);
            if (parent != null) MakeFolder(parent);
            if (mkdir(folder, 448) != 0 && !Directory.Exists(folder)) throw new IOException("mkdir"); // 0700
        }

        internal override string NewFile(string path) {
            byte[] template = Encoding.UTF8.GetBytes(path + ".XXXXXX\0");
            int handle = mkstemp(template);
            if (handle < 0) throw new IOException("mkstemp");
            close(handle);
            return Encoding.UTF8.GetString(template, 0, template.Length - 1);
        }

        internal override void Replace(string from, string to) {
            if (rename(from, to) != 0) throw new IOException("rename");
        }

        /// <summary>A program that ends just as a thread of Mono 6.8's pool lies down to rest waits for it, up to a minute. Those
        /// that have worked here get a tenth of a second to do so first; a pool thread would keep itself awake.</summary>
        internal override void Settle() {
            if (Type.GetType("Mono.Runtime") != null && !Thread.CurrentThread.IsThreadPoolThread) Thread.Sleep(100);
        }

        /// <summary>Mode of what lies at path, links not followed, or of the open file; null if it isn't this user's. Linux only.</summary>
        private static int? ModeOf(string path, FileStream open = null) {
            const int currentFolder = -100, noFollow = 0x100, emptyPath = 0x1000;
            const uint basicStats = 0x7ff;
            var facts = new byte[256]; // struct statx: the user at 20, the mode at 28, on every processor
            int result = open == null
                ? statx(currentFolder, path, noFollow, basicStats, facts)
                : statx(open.SafeFileHandle.DangerousGetHandle().ToInt32(), "", emptyPath, basicStats, facts);
            return result == 0 && BitConverter.ToUInt32(facts, 20) == geteuid() ? BitConverter.ToUInt16(facts, 28) : (int?)null;
        }

        [DllImport("libc")] private static extern int statx(int folder, string path, int flags, uint mask, byte[] facts);
        [DllImport("libc")] private static extern uint geteuid();
        [DllImport("libc")] private static extern int mkdir(string path, uint mode);
        [DllImport("libc")] private static extern int mkstemp(byte[] template);
        [DllImport("libc")] private static extern int close(int handle);
        [DllImport("libc")] private static extern int rename(string from, string to);
    }

    /// <summary>The address of a Unix socket, which .NET Framework has no class for.</summary>
    internal sealed class UnixAddress : EndPoint {
        private readonly string path;

        internal UnixAddress(string path) { this.path = path; }

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize() {
            byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
            var address = new SocketAddress(AddressFamily.Unix, 2 + bytes.Length);
            for (int at = 0; at < bytes.Length; at++) address[2 + at] = bytes[at];
            return address;
        }

        public override EndPoint Create(SocketAddress address) => this;
    }

    /// <summary>Its end wakes a thread that reads it.</summary>
    internal sealed class UnixStream : NetworkStream {
        internal UnixStream(Socket socket) : base(socket, true) { }

        protected override void Dispose(bool disposing) {
            try { if (disposing) Socket.Shutdown(SocketShutdown.Both); }
            catch (SocketException) { } // the other end was first
            catch (ObjectDisposedException) { }
            base.Dispose(disposing);
        }
    }
}
