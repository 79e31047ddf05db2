output "clickstream" {
  description = "Everything that the module tells, such as application_name, bucket_names and dashboard_url."
  value       = module.clickstream
}
