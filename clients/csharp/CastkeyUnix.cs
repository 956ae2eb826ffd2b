// What Castkey.cs needs beside it on Linux and macOS; Windows needs none of it.
namespace CastkeyClient
{
    using System;
    using System.IO;
    using System.Linq;
    using System.Net;
    using System.Net.Sockets;
    using System.Runtime.InteropServices;
    using System.Text;
    using System.Threading;

    internal partial class Platform
    {
        static partial void FindUnix(ref Platform found) { found = new UnixPlatform(); }
    }

    internal sealed class UnixPlatform : Platform
    {
        private static readonly bool Linux = RuntimeInformation.IsOSPlatform(OSPlatform.Linux);
        internal static string RunUser = "/run/user";

        protected override bool IsAbsolute(string path) => path.StartsWith("/", StringComparison.Ordinal);

        /// <summary>A relative variable ("~/.config" that no shell has read, too) is ignored: it would be another folder each time.</summary>
        protected override string SettingsFolder()
        {
            string home = Variable("HOME") ?? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), given = Variable("XDG_CONFIG_HOME");
            if (!Linux) return home + "/Library/Application Support";
            return given != null && IsAbsolute(given) ? given : home + "/.config";
        }

        protected override string DefaultSocket(string home)
        {
            string runtime = home == null && Linux ? RuntimeFolder() : null;
            return runtime != null ? runtime + "/castkey/castkey.sock" : (home ?? SettingsFolder() + "/Castkey") + "/castkey.sock";
        }

        /// <summary>What is this user's alone: others could put a socket of theirs into anything else. Null if there is none.</summary>
        private string RuntimeFolder()
        {
            string[] folders = { WithoutSlash(Variable("XDG_RUNTIME_DIR") ?? ""), RunUser + "/" + geteuid() };
            return folders.FirstOrDefault(folder => IsAbsolute(folder) && ModeOf(folder) == 0x41c0); // a folder, 0700
        }

        protected override void RefuseSocket(string path)
        {
            int max = Linux ? 107 : 103;
            if (!IsAbsolute(path)) throw Bad("The path of the socket is not absolute (\"" + path + "\"): set CASTKEY_SOCKET.");
            if (Encoding.UTF8.GetByteCount(path) > max) throw Bad("The path of the socket is longer than " + max + " bytes: set CASTKEY_SOCKET.");
        }

        internal override Stream Connect(string path)
        {
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            try { socket.Connect(new UnixAddress(path)); }
            catch
            {
                socket.Dispose();
                throw;
            }
            return new UnixStream(socket);
        }

        internal override void RefuseShared(FileStream file, string path)
        {
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

        internal override void MakeFolder(string folder)
        {
            if (Directory.Exists(folder)) return;
            string parent = Path.GetDirectoryName(folder);
            if (parent != null) MakeFolder(parent);
            if (mkdir(folder, 448) != 0 && !Directory.Exists(folder)) throw new IOException("mkdir"); // 0700
        }

        internal override string NewFile(string path)
        {
            byte[] template = Encoding.UTF8.GetBytes(path + ".XXXXXX\0");
            int handle = mkstemp(template);
            if (handle < 0) throw new IOException("mkstemp");
            close(handle);
            return Encoding.UTF8.GetString(template, 0, template.Length - 1);
        }

        internal override void Replace(string from, string to)
        {
            if (rename(from, to) != 0) throw new IOException("rename");
        }

        /// <summary>A program that ends just as a thread of Mono 6.8's pool lies down to rest waits for it, up to a minute. Those
        /// that have worked here get a tenth of a second to do so first; a pool thread would keep itself awake.</summary>
        internal override void Settle()
        {
            if (Type.GetType("Mono.Runtime") != null && !Thread.CurrentThread.IsThreadPoolThread) Thread.Sleep(100);
        }

        /// <summary>Mode of what lies at path, links not followed, or of the open file; null if it isn't this user's. Linux only.</summary>
        private static int? ModeOf(string path, FileStream open = null)
        {
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
    internal sealed class UnixAddress : EndPoint
    {
        private readonly string path;

        internal UnixAddress(string path) { this.path = path; }

        public override AddressFamily AddressFamily => AddressFamily.Unix;

        public override SocketAddress Serialize()
        {
            byte[] bytes = Encoding.UTF8.GetBytes(path + "\0");
            var address = new SocketAddress(AddressFamily.Unix, 2 + bytes.Length);
            for (int at = 0; at < bytes.Length; at++) address[2 + at] = bytes[at];
            return address;
        }

        public override EndPoint Create(SocketAddress address) => this;
    }

    /// <summary>Its end wakes a thread that reads it.</summary>
    internal sealed class UnixStream : NetworkStream
    {
        internal UnixStream(Socket socket) : base(socket, true) { }

        protected override void Dispose(bool disposing)
        {
            try { if (disposing) Socket.Shutdown(SocketShutdown.Both); }
            catch (SocketException) { } // the other end was first
            catch (ObjectDisposedException) { }
            base.Dispose(disposing);
        }
    }
}
